import type { SourceKind } from '../types.ts'

/** A file as the walk through the folder found it. */
export interface FoundFile {
  /** Where the file lies. */
  absolutePath: string
  /** Relative to the folder, with '/': the name that errors and findings print. */
  path: string
  bytes: number
}

/** A file whose content was recognised, and what is known of it after reading: the row of `normalise.source_file`. */
export interface SourceFile extends FoundFile {
  /** 1, 2, … in the order of `path`. */
  fileId: number
  kind: SourceKind
  /** What it is in words, e.g. `EA actual cost, CSV`. */
  form: string
  /** Of the file as it lies there, hexadecimal. */
  sha256: string
  /** Records or lines read, as text; null when the file was not read to its end (superseded, without a count). */
  rowCount: string | null
  /** The moment that an inventory, plan or health file describes, UTC seconds. */
  snapshotAt: number | null
  snapshotEvidence: 'collection' | 'name' | 'content' | null
  /** Oldest and newest moment the records speak of, UTC seconds as text. */
  firstAt: string | null
  lastAt: string | null
  isTruncated: boolean
  /** `fileId` of the file whose rows count instead: of a later run of the same export, or with the same content. */
  supersededBy: number | null
}

/** A file that is named and otherwise ignored. */
export interface UnrecognisedFile {
  path: string
  reason: string
}
