import { modelText } from '../engine/model.ts'
import { type ColumnType, SQL_TYPE } from './column_type.ts'
import { COST_RELATIONS } from './cost_relations.ts'

/**
 * The shape of every relation in schema `normalise`: what the readers promise and all that the ledger may rely on.
 * A relation without a source file is an empty table of the same shape. `test/normalise/relations.test.ts` holds each
 * `.sql` file to it.
 *
 * Conventions, everywhere in Hourwise:
 * - `…_at`: whole UTC seconds since 1970 (BIGINT); `…_seconds`: a duration; `day`: a UTC DATE.
 * - `amount`: exact DECIMAL(38,24), for money, hours and quantities; money stands beside its currency.
 * - ids and GUIDs are lower-cased; `…_display` keeps the original spelling.
 * - an absent or empty value is NULL, never '' and never a default.
 * - `row_number`: the place of the record in its file, from 1. In a JSON array or page: of the record in the list; of
 *   several pages in one file: over all of them, in the file's order; in JSON lines: of the record, blank lines not
 *   counted; in a CSV: of the data row, the header not counted. Where records of one file speak of the same thing, that of
 *   the one that counts.
 */
export const NORMALISE_RELATIONS = {
  /** One row per input file that was read. `snapshot_at`: the moment an inventory, plan or health file describes. */
  source_file: {
    file_id: 'int', // 1, 2, … in the order of `path`
    path: 'text', // relative to the folder, with '/'
    kind: 'text', // SourceKind
    form: 'text', // e.g. 'EA actual cost, CSV', 'Resource Graph, JSON'
    sha256: 'text', // of the file as it lies there
    bytes: 'bigint',
    row_count: 'bigint', // records or lines read
    snapshot_at: 'bigint',
    snapshot_evidence: 'text', // 'collection' | 'name' | 'content'
    first_at: 'bigint', // oldest and newest moment the records speak of
    last_at: 'bigint',
    is_truncated: 'boolean', // the service said so (resultTruncated), or the row count is a round page size
    superseded_by: 'int', // file_id whose rows count instead: a later run of a cumulative export, or the same records
  },
  ...COST_RELATIONS,
  /** One row per machine and inventory snapshot: Azure virtual machines, scale-set instances, Arc machines. */
  machine_record: {
    file_id: 'int',
    snapshot_at: 'bigint',
    kind: 'text', // 'azure-vm' | 'scale-set-instance' | 'arc'
    resource_id: 'text',
    resource_id_display: 'text',
    vm_id: 'text',
    name: 'text',
    computer_name: 'text', // lower-cased host name the guest reports
    fqdn: 'text', // lower-cased
    subscription_id: 'text',
    resource_group: 'text', // lower-cased
    location: 'text',
    os_type: 'text', // 'windows' | 'linux' | NULL
    os_name: 'text', // product or image text as given, e.g. 'Windows Server 2022 Datacenter', image offer and SKU
    image_publisher: 'text', // lower-cased
    license_type: 'text',
    managed_by: 'text', // properties.managedBy / managedBy, as given
    power: 'text', // 'running' | 'stopped' | 'off' | NULL; starting, stopping, deallocating map to the state the bill uses
    arc_status: 'text', // 'connected' | 'disconnected' | 'offline' | 'expired' | 'connecting' | 'error' | NULL
    arc_status_changed_at: 'bigint',
    scale_set_id: 'text', // lower-cased
    created_at: 'bigint',
    tags: 'text', // JSON object text
    agent_version: 'text',
    vm_uuid: 'text', // Arc: the hardware's UUID as the guest reads it, lower-cased; in an Azure virtual machine it is the vmId
    image_id: 'text', // lower-cased ARM id of the image it was made from: an image of one's own, often generalised; NULL from the marketplace
    row_number: 'bigint', // as above
  },
  scale_set: {
    file_id: 'int',
    snapshot_at: 'bigint',
    resource_id: 'text',
    orchestration_mode: 'text', // 'uniform' | 'flexible' | NULL
    capacity: 'bigint',
    subscription_id: 'text',
    tags: 'text',
  },
  /** MDE.Windows / MDE.Linux extension of a machine. */
  extension: {
    file_id: 'int',
    snapshot_at: 'bigint',
    resource_id: 'text', // of the machine
    extension_type: 'text', // 'MDE.Windows' | 'MDE.Linux'
    provisioning_state: 'text', // lower-cased: succeeded | failed | creating | …
    error_code: 'text', // '51', …
    message: 'text',
    version: 'text',
    row_number: 'bigint', // the first of the records laid together; a nested one has that of its machine
  },
  /** Defender for Cloud plan settings, of a subscription or of one resource. */
  plan_setting: {
    file_id: 'int',
    snapshot_at: 'bigint',
    plan_name: 'text', // lower-cased pricing name: 'virtualmachines' | 'cloudposture' | …
    scope_level: 'text', // 'subscription' | 'resource'
    scope_id: 'text', // lower-cased ARM id of the subscription or the resource
    subscription_id: 'text',
    tier: 'text', // 'standard' | 'free'
    sub_plan: 'text', // 'p1' | 'p2' | NULL
    is_inherited: 'boolean', // a resource that only repeats its subscription
    enabled_at: 'bigint', // enablementTime
    trial_remaining_seconds: 'bigint',
    coverage_status: 'text', // lower-cased resourcesCoverageStatus
    is_enforced: 'boolean',
    has_agentless_scanning: 'boolean', // extensions of the plan; NULL: not listed
    has_file_integrity: 'boolean',
    row_number: 'bigint', // as above
  },
  /** Microsoft.Security/settings/WDATP: may Defender for Cloud deploy the sensor in this subscription? */
  endpoint_setting: {
    file_id: 'int',
    snapshot_at: 'bigint',
    subscription_id: 'text',
    is_enabled: 'boolean',
  },
  subscription: {
    subscription_id: 'text',
    name: 'text',
    tenant_id: 'text',
    snapshot_at: 'bigint',
    quota_id: 'text', // lower-cased name of the offer behind the subscription, e.g. 'msdndevtest_2014-09-01'
  },
  assessment: {
    file_id: 'int',
    snapshot_at: 'bigint',
    assessment_key: 'text',
    resource_id: 'text',
    display_name: 'text',
    status_code: 'text', // lower-cased: healthy | unhealthy | notapplicable
    cause: 'text',
    description: 'text',
    status_changed_at: 'bigint',
  },
  /** Security alerts of Defender for Cloud; of one alert in a file the last record. Entities and users are not kept. */
  alert: {
    file_id: 'int',
    snapshot_at: 'bigint',
    alert_id: 'text', // lower-cased
    alert_type: 'text',
    title: 'text',
    severity: 'text', // 'high' | 'medium' | 'low' | 'informational' | NULL
    status: 'text', // lower-cased: active | inprogress | resolved | dismissed
    raised_at: 'bigint', // when what it tells began
    resource_id: 'text', // of the machine, NULL when the alert names none
    host_name: 'text', // lower-cased, of the compromised entity when it is no ARM id
    subscription_id: 'text',
  },
  /** Control-plane operations and platform annotations that change a machine's power. Repeats are not removed here. */
  power_event: {
    file_id: 'int',
    resource_id: 'text',
    event_at: 'bigint',
    operation: 'text', // 'start' | 'deallocate' | 'power_off' | 'restart' | 'write' | 'delete' | 'stopped_internally' | 'preempted' | 'allocated'
    status: 'text', // 'started' | 'accepted' | 'succeeded' | 'failed' | 'other'; annotations are 'succeeded'
    correlation_id: 'text',
    source: 'text', // 'activity-log' | 'annotation'
    vm_id: 'text', // when the record carries it
    row_number: 'bigint', // as above
  },
  /**
   * Hours for which Azure Monitor has a value of VmAvailabilityMetric. Hours without one (deallocated, or not known) have no
   * row; of an hour in several files the newest counts.
   */
  availability: {
    file_id: 'int',
    resource_id: 'text',
    hour_at: 'bigint', // the beginning of the hour
    average: 'amount', // 1: up in every minute that has a value, 0: down (a stop from inside too), between: both
    row_number: 'bigint', // as above: of the machine's record, which holds many hours
  },
  /**
   * What Defender for Endpoint says of a device, apart from when it was seen: one row per distinct content. Thousands of
   * listings repeat few of them, so what depends on the content alone is worked out here, once.
   */
  device_state: {
    state_id: 'bigint', // 1, 2, … in the order of the first record, by file_id and row_number
    device_id: 'text',
    dns_name: 'text', // this and all other columns as in endpoint_device
    vm_id: 'text',
    azure_resource_id: 'text',
    subscription_id: 'text',
    cloud: 'text',
    os_platform: 'text',
    os_class: 'text',
    onboarding: 'text',
    health_status: 'text',
    first_seen_at: 'bigint',
    merged_into: 'text',
    is_potential_duplication: 'boolean',
    is_excluded: 'boolean',
    agent_version: 'text',
    tags: 'text',
  },
  /** One row per device record: when the device was seen, and in what state. */
  device_sighting: {
    file_id: 'int',
    row_number: 'bigint', // as above
    snapshot_at: 'bigint',
    state_id: 'bigint',
    last_seen_at: 'bigint',
  },
  /** One row per Defender for Endpoint device record and snapshot: a view that joins the two before it. */
  endpoint_device: {
    file_id: 'int',
    snapshot_at: 'bigint',
    device_id: 'text',
    dns_name: 'text', // lower-cased
    vm_id: 'text',
    azure_resource_id: 'text', // lower-cased
    subscription_id: 'text',
    cloud: 'text', // lower-cased: azure | aws | gcp | NULL
    os_platform: 'text', // as given: WindowsServer2022, Windows11, Ubuntu, …
    os_class: 'text', // 'server' | 'client' | 'other' | 'unknown'
    onboarding: 'text', // 'onboarded' | 'can_be_onboarded' | 'unsupported' | 'insufficient_info' | NULL
    health_status: 'text', // 'active' | 'inactive' | 'impaired_communication' | 'no_sensor_data' | 'no_sensor_data_impaired_communication' | 'unknown' | NULL
    first_seen_at: 'bigint',
    last_seen_at: 'bigint',
    merged_into: 'text', // device_id
    is_potential_duplication: 'boolean',
    is_excluded: 'boolean',
    agent_version: 'text',
    tags: 'text', // JSON array text
    row_number: 'bigint', // as above
  },
  subscribed_sku: {
    file_id: 'int',
    snapshot_at: 'bigint',
    sku_id: 'text',
    sku_part_number: 'text', // blanks of any kind folded to one space
    capability_status: 'text', // lower-cased
    enabled_units: 'bigint',
    warning_units: 'bigint',
    suspended_units: 'bigint',
    consumed_units: 'bigint',
  },
  retail_price: {
    file_id: 'int',
    product_name: 'text',
    meter_name: 'text',
    meter_id: 'text',
    region: 'text', // armRegionName, lower-cased
    currency: 'text',
    unit_price: 'amount',
    unit_of_measure: 'text',
    effective_from_day: 'date',
  },
} as const satisfies Record<string, Record<string, ColumnType>>

export type NormaliseRelation = keyof typeof NORMALISE_RELATIONS

/** Relations that are views over others, which must be there before them, and their models. */
export const NORMALISE_VIEWS: Partial<Record<NormaliseRelation, string>> = {
  cost_line: 'src/normalise/cost_line.sql',
  endpoint_device: 'src/normalise/endpoint_device.sql',
}

/** `create table` for an empty relation of schema `normalise`, or `create view` for one that is a view. */
export function emptyRelationSql(relation: NormaliseRelation): string {
  const view = NORMALISE_VIEWS[relation]
  if (view !== undefined) return `create view normalise.${relation} as ${modelText(view)}`
  const columns = Object.entries(NORMALISE_RELATIONS[relation])
    .map(([name, type]) => `"${name}" ${SQL_TYPE[type]}`)
    .join(', ')
  return `create table normalise.${relation} (${columns})`
}
