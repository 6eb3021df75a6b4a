import assert from "node:assert/strict";
import { readServing, readServings } from "../../../components/switch/read-slots";
import type { Host, Output } from "../../../host/host";
import { siteOf } from "../../../host/site";
import type { Inventory } from "../../../provider/handler";

const site = siteOf("demo");
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A host that serves what `serves` says, and counts how often it is looked at. */
class Looked {
  looks = 0;
  serves = "blue";
  readonly host: Host = {
    name: "web1",
    hide: (text) => text,
    run: async (): Promise<Output> => {
      this.looks++;
      const slots = (["blue", "green"] as const).map((slot) => `slot ${slot} ${base64(site.slot[slot])} - -`);
      const current = `current link 1700000000 ${base64(`/var/www/demo-${this.serves}`)}`;
      return { stdout: [current, ...slots, "maintenance no", "switching no"].join("\n"), stderr: "", exitCode: 0 };
    },
    upload: () => Promise.reject(new Error("not asked for")),
    connectTo: () => Promise.reject(new Error("not asked for")),
  };
}

describe("a look at what a host serves", () => {
  it("is shared by all who ask before it begins", async () => {
    const web1 = new Looked();
    const inventory = { site, host: () => web1.host } as unknown as Inventory;
    const [one, { web1: other }] = await Promise.all([readServing(web1.host, site), readServings(["web1"], inventory)]);
    assert.equal(web1.looks, 1);
    assert.deepEqual([one.slots.active, other?.slots.active], ["blue", "blue"]);
  });

  it("is a new one for who asks later, and sees what has changed", async () => {
    const web1 = new Looked();
    await readServing(web1.host, site);
    web1.serves = "green";
    assert.equal((await readServing(web1.host, site)).slots.active, "green");
  });
});
