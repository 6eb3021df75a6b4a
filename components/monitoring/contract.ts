export const monitorToken = "apphost:monitoring:Monitor";

/** What looks at one host from inside, in a systemd timer, and tells somebody; with no settings: that nothing does. */
export interface MonitorInputs {
  host: string;
  /** JSON of `Settings`; secret as a whole. null: this host is not monitored, and what did it is removed. */
  settings: string | null;
  /** Live: which of its files and units are not as wanted; nothing is to be left. */
  differing: string[];
}

export interface MonitorState {
  /** "every 30 s" / "off" / "2 differ: …" */
  monitoring: string;
  /** "set up, every 30 s" / "removed" / "corrected: …" / "unchanged" */
  change: string;
}

/** What the script on the host is told, as /etc/APP/monitor.json has it. Paths are the host's. */
export interface Settings {
  app: string;
  stack: string;
  /** As the stack calls it. */
  host: string;
  /** Where users reach the application. */
  url: string;
  everySeconds: number;
  /** Asked of the host's own nginx, under the name that users reach it by. */
  application: {
    scheme: "http" | "https";
    name: string;
    path: string;
    timeoutSeconds: number;
    status: number;
    contains: string | null;
  };
  /** Asked on the host that it is reached over; null: another host does that. */
  database: {
    address: string;
    port: number;
    name: string;
    /** null: as the application does, by DATABASE_URL in its .env.local. */
    login: { user: string; password: string } | null;
    /** Folder of the backups. */
    backups: string;
  } | null;
  /** The audit log, and the lock that a deployment holds. */
  log: string;
  lock: string;
  current: string;
  slots: { blue: string; green: string };
  maintenanceFile: string;
  threshold: { failed: number; of: number; passed: number };
  stillDownSeconds: number;
  /** null: a window may be open for ever. */
  windowSeconds: number | null;
  receivers: Receiver[];
  heartbeat: string | null;
  /** Whether what the log says of deployments is told. */
  deployments: boolean;
  /** Folder of a file for Prometheus' node_exporter; null: where Debian's package has it, if it is there. */
  metricsDirectory: string | null;
  /** Folder of its own state. */
  state: string;
}

/** Who is told. */
export type Receiver =
  { name: "slack"; url: string } | { name: "webhook"; url: string; headers: Record<string, string> } | { name: "email"; command: string };
