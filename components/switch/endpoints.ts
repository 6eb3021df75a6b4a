/** Where a host's own nginx is asked, as the host itself reaches it. */
export interface Endpoint {
  address: string;
  port: number;
}

export const endpoints = {
  /** What users reach: 503 while the maintenance file exists. */
  users: { address: "127.0.0.1", port: 80 },
  /** What users would reach, the maintenance file or not. nginx tells it by its address; the socket is the one of port 80. */
  pastMaintenance: { address: "127.0.0.2", port: 80 },
  /** The release that is to be switched to. */
  candidate: { address: "127.0.0.1", port: 8080 },
} as const satisfies Record<string, Endpoint>;
