/**
 * What long texts are compared by: SHA-256, of a text in SQL. No two different texts are known that share one, whoever
 * writes them, so that a device or resource cannot be made to pass for another; and a million of them fit into memory, where
 * their texts do not.
 */
export const fingerprintSql = (text: string): string => `unhex(sha256(${text}))`
