/** One session with the server: utf8mb4, its sql_mode known, never reconnected silently. */
export interface Database {
  /** Name of the application's schema, already selected. */
  readonly schema: string;
  /** Placeholders are `?` for values and `??` for identifiers, filled by the driver. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * Sends a statement as it is. `warnings` counts notes, too; `results` are the rows that it answered with, by result set.
   * @throws StatementFailed with the server's error number
   */
  execute(statement: string): Promise<{ affectedRows: number; warnings: number; results: object[][] }>;
}
