import assert from "node:assert/strict";
import { hardeningConfig } from "../../../components/hardening/config";
import { webOf } from "../../../components/hardening/web-config";
import { pool } from "../../../components/switch/fpm";
import { siteOf } from "../../../host/site";

function numbers(service: Record<string, number>): Record<string, number> {
  const web = webOf(hardeningConfig.parse({ service }), { logins: {}, writable: [], hosts: [] });
  const lines = pool(siteOf("selfhelp"), "blue", web).matchAll(/^(?:pm\.|php_admin_value\[)(\w+)\]? = (\d+)/gm);
  return Object.fromEntries([...lines].map(([, name = "", value]) => [name, Number(value)]));
}

describe("a slot's php-fpm", () => {
  it("has as many children and as much memory for each as the stack says", () => {
    const { max_children: children, memory_limit: memory } = numbers({ maxChildren: 120, memoryLimitMegabytes: 512 });
    assert.deepEqual([children, memory], [120, 512]);
  });

  it("has numbers of waiting children that php-fpm takes, however many there may be", () => {
    for (let maxChildren = 1; maxChildren <= 300; maxChildren += 1) {
      const { start_servers: start = 0, min_spare_servers: least = 0, max_spare_servers: most = 0 } = numbers({ maxChildren });
      assert.ok(1 <= least && least <= start && start <= most && most <= maxChildren, `${maxChildren}: ${least} ${start} ${most}`);
    }
  });
});
