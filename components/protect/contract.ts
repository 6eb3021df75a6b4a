export const circumstancesToken = "apphost:protect:getCircumstances";

export interface CircumstancesQuestion {
  /** Its name; its config is in Pulumi.NAME.yaml. */
  stack: string;
  /** Folder of the Pulumi program. */
  program: string;
  /** Of the application: its address, or a folder. */
  repository: string;
  commit: string;
  /** Whether the answer must say when the commit has passed its pre-flight. */
  isPreflightWanted: boolean;
}

/** Who deploys, from what. */
export interface Circumstances {
  /** As the audit log names them: "ann@laptop" */
  operator: string;
  /** Files of the program that differ from its last commit, the stack's config too where git is told to ignore it; null: it is in no git repository. */
  changed: string[] | null;
  /** Whether a branch of a remote has the program's commit, as far as this clone knows. */
  programPushed: boolean;
  /** The same of the release's commit; one that was fetched from a server is. */
  releasePushed: boolean;
  /** When a pre-flight of the release's commit passed last, ISO 8601; null: never, or nobody wants to know. */
  preflightAt: string | null;
}
