/**
 * Which fields of which records are kept, and under what names the services spell them. Everything here is looked up by
 * folded key (no case, blanks, punctuation): `properties.vmId` also finds `Properties.VMID`, a column `properties_vmId`
 * of a portal CSV, and, unless the path begins with '=', a projected or flattened `vmId`. The first path with a value
 * wins. A column is the value's text; objects and arrays stay JSON text.
 */
export interface RecordFields {
  /** Classes of records that go into this table of schema `raw`. */
  classes: readonly RecordClass[]
  columns: Readonly<Record<string, readonly string[]>>
}

export const RECORD_CLASSES = [
  'virtual-machine',
  'scale-set',
  'scale-set-instance',
  'arc-machine',
  'extension',
  'extension-view', // what a machine's own instance view says of an extension
  'pricing',
  'setting',
  'subscription',
  'assessment',
  'annotation',
  'activity',
  'device',
  'sku',
  'price',
  'alert',
  'metric',
  'no-id', // a record of an inventory file that tells no ARM id and no known type
  'other', // of a type that no relation reads
] as const
export type RecordClass = (typeof RECORD_CLASSES)[number]

export const RECORD_FIELDS = {
  machine_record: {
    classes: ['virtual-machine', 'scale-set-instance', 'arc-machine'],
    columns: {
      id: ['id', 'resourceId'],
      vm_id: ['properties.vmId'],
      vm_uuid: ['properties.vmUuid'],
      name: ['name'],
      computer_name: [
        'properties.extended.instanceView.computerName',
        'properties.instanceView.computerName',
        'properties.osProfile.computerName',
        'computerName',
      ],
      fqdn: ['properties.machineFqdn', 'properties.dnsFqdn', 'properties.adFqdn', 'fqdn'],
      location: ['location'],
      os_type: ['properties.storageProfile.osDisk.osType', 'properties.osType', '=osType'],
      os_name: [
        'properties.extended.instanceView.osName',
        'properties.instanceView.osName',
        'properties.osSku',
        '=osName',
        'properties.osName',
      ],
      image_publisher: ['properties.storageProfile.imageReference.publisher', 'imagePublisher'],
      image_offer: ['properties.storageProfile.imageReference.offer', 'imageOffer'],
      image_sku: ['properties.storageProfile.imageReference.sku', 'imageSku'],
      license_type: ['properties.licenseType'],
      managed_by: ['managedBy', 'properties.managedBy', 'properties.managedByResourceId'],
      power: [
        'properties.extended.instanceView.powerState.code',
        'properties.instanceView.powerState.code',
        '=powerState',
        'properties.powerState',
        'properties.extended.instanceView.powerState.displayStatus',
        'powerStateCode',
      ],
      statuses: ['properties.instanceView.statuses', 'properties.extended.instanceView.statuses'],
      arc_status: ['properties.status'],
      arc_status_changed: ['properties.lastStatusChange'],
      scale_set_id: ['properties.virtualMachineScaleSet.id', 'vmss', 'virtualMachineScaleSetId'],
      created: ['properties.timeCreated', '=systemData.createdAt'],
      tags: ['tags'],
      agent_version: [
        'properties.agentVersion',
        'properties.instanceView.vmAgent.vmAgentVersion',
        'properties.extended.instanceView.vmAgent.vmAgentVersion',
      ],
      image_id: [
        'properties.storageProfile.imageReference.id',
        'properties.storageProfile.imageReference.sharedGalleryImageId',
        'imageId',
      ],
    },
  },
  scale_set: {
    classes: ['scale-set'],
    columns: {
      id: ['id', 'resourceId'],
      orchestration_mode: ['properties.orchestrationMode', 'mode'],
      capacity: ['=sku.capacity', '=capacity'],
      tags: ['tags'],
    },
  },
  extension: {
    classes: ['extension', 'extension-view'],
    columns: {
      id: ['id', 'resourceId'],
      machine_id: ['=machine'],
      name: ['name', '=view.name'],
      extension_type: [
        '=properties.type',
        '=ext',
        '=extensionType',
        '=typePropertiesType',
        '=virtualMachineExtensionType',
        '=view.type',
      ],
      version: ['properties.typeHandlerVersion', '=view.typeHandlerVersion', '=version'],
      state: ['properties.provisioningState', 'state'],
      status_code: ['properties.instanceView.status.code', '=view.status.code'],
      status_message: ['properties.instanceView.status.message', '=view.status.message'],
      statuses: ['properties.instanceView.statuses', '=view.statuses'],
      substatuses: ['properties.instanceView.substatuses', '=view.substatuses'],
    },
  },
  plan_setting: {
    classes: ['pricing'],
    columns: {
      id: ['id'],
      name: ['name'],
      subscription_id: ['subscriptionId'],
      tier: ['properties.pricingTier', 'tier'],
      sub_plan: ['properties.subPlan', 'sub'],
      inherited: ['properties.inherited'],
      inherited_from: ['properties.inheritedFrom'],
      enabled: ['properties.enablementTime', '=enabled'],
      trial: ['properties.freeTrialRemainingTime', 'trial'],
      coverage: ['properties.resourcesCoverageStatus', 'coverage'],
      enforce: ['properties.enforce'],
      extensions: ['properties.extensions'],
    },
  },
  endpoint_setting: {
    classes: ['setting'],
    columns: { id: ['id'], name: ['name'], subscription_id: ['subscriptionId'], enabled: ['properties.enabled'] },
  },
  subscription: {
    classes: ['subscription'],
    columns: {
      id: ['id'],
      subscription_id: ['subscriptionId'],
      display_name: ['displayName'],
      name: ['name'],
      tenant_id: ['tenantId', 'properties.tenantId', 'homeTenantId'],
      quota_id: ['properties.subscriptionPolicies.quotaId', 'subscriptionPolicies.quotaId', '=quotaId'],
    },
  },
  assessment: {
    classes: ['assessment'],
    columns: {
      id: ['id'],
      name: ['name'],
      assessment_key: ['key', 'assessmentKey'],
      target_id: [
        'properties.resourceDetails.azureResourceId',
        'properties.resourceDetails.id',
        'properties.resourceDetails.resourceId',
        'resourceId',
        'rid',
      ],
      display_name: ['properties.displayName', 'properties.metadata.displayName', 'title'],
      status_code: ['properties.status.code', '=status', '=code'],
      cause: ['properties.status.cause', '=cause'],
      description: ['properties.status.description', '=why'],
      status_changed: ['properties.status.statusChangeDate', 'statusChange', 'changed'],
    },
  },
  availability: {
    classes: ['metric'],
    columns: {
      resource_id: ['=resourceId'],
      metrics: ['=value'],
    },
  },
  alert: {
    classes: ['alert'],
    columns: {
      id: ['id'],
      name: ['properties.systemAlertId', 'name'],
      alert_type: ['properties.alertType'],
      title: ['properties.alertDisplayName'],
      severity: ['properties.severity', '=severity'],
      status: ['properties.status', '=status'],
      started: ['properties.startTimeUtc', 'properties.detectedTimeUtc'],
      generated: ['properties.timeGeneratedUtc', 'properties.reportedTimeUtc'],
      resource_identifiers: ['properties.resourceIdentifiers'],
      associated: ['properties.associatedResource'],
      compromised: ['properties.compromisedEntity'],
      subscription_id: ['subscriptionId'],
    },
  },
  power_event: {
    classes: ['activity', 'annotation'],
    columns: {
      id: ['id'],
      target_id: ['properties.targetResourceId', '=targetId'],
      resource_id: ['=resourceId', '=resourceUri', '=resource.id', '=resource'],
      moment: [
        '=eventTimestamp',
        '=time',
        '=timeGenerated',
        '=timeGeneratedUtc',
        'properties.occurredTime',
        'properties.occuredTime',
        '=occurred',
      ],
      changed: ['properties.changeAttributes.timestamp', 'timestamp', '=t'],
      operation: ['=operationName.value', '=operationNameValue', '=operationName'],
      status: ['=status.value', '=activityStatusValue', '=resultType', '=status', '=activityStatus'],
      correlation_id: ['=correlationId'],
      properties: ['=properties'],
      annotation: ['properties.annotationName'],
      changes: ['properties.changes'],
    },
  },
  endpoint_device: {
    classes: ['device'],
    columns: {
      id: ['=id', '=deviceId', '=machineId'],
      dns_name: ['computerDnsName', 'deviceName'],
      domain: ['=domain'],
      vm_id: ['=vmMetadata.vmId', '=azureVmId'],
      azure_resource_id: ['=vmMetadata.resourceId', '=azureResourceId'],
      subscription_id: ['=vmMetadata.subscriptionId', '=azureVmSubscriptionId'],
      cloud: ['=vmMetadata.cloudProvider', '=cloudProvider', '=cloudPlatforms', '=cloudPlatform'],
      os_platform: ['osPlatform'],
      os_distribution: ['osDistribution'],
      device_type: ['deviceType'],
      onboarding: ['onboardingStatus'],
      health: ['healthStatus', 'sensorHealthState'],
      first_seen: ['firstSeen'],
      last_seen: ['lastSeen', 'lastDeviceUpdate'],
      reported: ['=timestamp', '=timeGenerated'],
      merged_into: ['mergedIntoMachineId', 'mergedToDeviceId'],
      duplication: ['isPotentialDuplication'],
      excluded: ['isExcluded', 'exclusionState'],
      agent_version: ['agentVersion', 'clientVersion'],
      tags: ['machineTags', 'deviceManualTags', 'registryDeviceTag', 'tags'],
    },
  },
  subscribed_sku: {
    classes: ['sku'],
    columns: {
      sku_id: ['skuId'],
      sku_part_number: ['skuPartNumber'],
      capability_status: ['capabilityStatus'],
      enabled: ['prepaidUnits.enabled'],
      warning: ['prepaidUnits.warning'],
      suspended: ['prepaidUnits.suspended'],
      consumed: ['consumedUnits'],
    },
  },
  retail_price: {
    classes: ['price'],
    columns: {
      product_name: ['productName'],
      meter_name: ['meterName'],
      meter_id: ['meterId'],
      region: ['armRegionName'],
      currency: ['currencyCode'],
      unit_price: ['retailPrice', 'unitPrice'],
      unit_of_measure: ['unitOfMeasure'],
      effective: ['effectiveStartDate'],
      price_type: ['type', 'priceType'],
      tier_minimum: ['tierMinimumUnits'],
    },
  },
} as const satisfies Record<string, RecordFields>

export type RecordTable = keyof typeof RECORD_FIELDS
export const RECORD_TABLES = Object.keys(RECORD_FIELDS) as RecordTable[]
