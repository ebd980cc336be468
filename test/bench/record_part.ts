import { writeRecordFiles } from './record_files.ts'

/** A share of an estate's record files, as a process of its own: folder, machines, hours between listings, part, parts. */
const [folder = '', ...numbers] = process.argv.slice(2)
const [machines = 0, healthHours = 0, part = 0, parts = 1] = numbers.map(Number)
await writeRecordFiles(folder, machines, healthHours, part, parts)
