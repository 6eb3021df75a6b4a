import { demoHistory } from "./demo-history";
import { MigrationHost } from "./migration-host";

describe("the demo application's history, on a real server", function () {
  this.timeout(120_000);

  demoHistory(new MigrationHost("historytest"));
});
