export const accountsToken = "apphost:access:Accounts";
export const serverToken = "apphost:access:getServer";

/** Rights in one place of a server. */
export interface Grant {
  /** As in GRANT: "*", or a pattern in which `_` and `%` stand for themselves behind a backslash. */
  database: string;
  /** "*", or a table's name. */
  table: string;
  /** In capitals, as the server names them. */
  privileges: string[];
}

/** An account as it should be; its password is nobody's business here. */
export interface Account {
  user: string;
  /** Where it logs in from, as the server sees it. */
  from: string;
  requireTls: boolean;
  grants: Grant[];
}

/** That accounts have the rights that they should have, and no others, and what of the server's own set-up is to be gone. */
export interface AccountsInputs {
  accounts: Account[];
  /** Findings that are removed: "anonymous users" */
  remove: string[];
  /** Live: what is not as wanted; nothing is to be left. */
  differing: string[];
  /** Names of all users; live: of those that this stack made before. One that is missing here is dropped when everything else is done. */
  users: string[];
  /** Hosts that releases are on. */
  hosts: string[];
}

export interface AccountsState {
  /** "as wanted" / "2 differ: selfhelp_app@127.0.0.1 may FILE on *.*, too; …" */
  access: string;
  /** What lets others in, and is left: "remote root: root@%" */
  findings: string[];
  change: string;
  made: string[];
}

/** Asked before anything is planned. */
export interface ServerQuestion {
  /** HOST:PORT that the deployer must reach; null: it goes through its host. */
  endpoint: string | null;
  /** Whether an account must log in with TLS. */
  requireTls: boolean;
}

export interface ServerAnswer {
  /** "10.11.6-MariaDB" */
  version: string;
  offersTls: boolean;
}
