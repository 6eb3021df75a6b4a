import { waitFor } from "../../lab/process";
import { type AsRoot, hold } from "./hold";

/** A step that is going to stop on the host, in the middle. */
export interface Held {
  /** Waits until it has stopped. */
  reached(): Promise<void>;
  /** Lets it go on, if it is there any more. */
  letGo(): Promise<unknown>;
}

/** On the live schema, and on copies of it: inserts into `lookups` wait while somebody has the lock "live" or, on a copy, "copy". */
const holdableInsert =
  "CREATE TRIGGER held BEFORE INSERT ON lookups FOR EACH ROW SET @held = GET_LOCK(IF(DATABASE() LIKE '%verify%', 'copy', 'live'), 600)";

/** How each step of an up is stopped on its host. */
export class HeldSteps {
  constructor(private readonly root: AsRoot) {}

  /** For `statement`, once the application's tables are there. */
  async prepare(): Promise<void> {
    await this.sql(holdableInsert);
  }

  async unprepare(): Promise<void> {
    await this.sql("DROP TRIGGER held");
  }

  /** A program that is run as root with these words. */
  async program(name: string, words: string): Promise<Held> {
    return { reached: await hold(this.root, name, words), letGo: () => this.root("touch /run/go-on") };
  }

  /** A script's statement that inserts into `lookups`. */
  async statement(of: "copy" | "live"): Promise<Held> {
    await this.root(`systemd-run --quiet --unit=holder mariadb -e "DO GET_LOCK('${of}', 0); DO SLEEP(3600)"`);
    await waitFor("the lock is taken", 60, async () => (await this.sql(`SELECT IS_USED_LOCK('${of}') IS NULL`)) === "0");
    return {
      reached: () => this.waiting(1),
      letGo: async () => {
        await this.root("systemctl stop holder 2>/dev/null || true");
        await this.waiting(0);
      },
    };
  }

  sql(statement: string): Promise<string> {
    return this.root(`mariadb -N selfhelp -e "${statement}"`);
  }

  /** Waits until so many statements wait for a lock. */
  private async waiting(count: number): Promise<void> {
    const ask = `mariadb -N -e "SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User lock'"`;
    const wait = `for _ in $(seq 50); do if [ "$(${ask})" = ${count} ]; then echo yes; exit; fi; sleep 0.2; done`;
    await waitFor(`${count} statements wait`, 300, async () => (await this.root(wait)) === "yes");
  }
}
