import { base } from "./script/base";
import { deployments } from "./script/deployments";
import { judge } from "./script/judge";
import { look } from "./script/look";
import { main } from "./script/main";
import { metrics } from "./script/metrics";
import { tell } from "./script/tell";

/** One file, so that a host has either this one or another; it needs php-cli alone. Without the path of its settings it only defines its functions. */
export const script = `<?php
declare(strict_types=1);

// Written by the deployment of this host: changes by hand are lost when it is set up again.
// Looks once at what users are served, and tells somebody when that changed: monitor.php SETTINGS
${[base, look, judge, deployments, metrics, tell, main].join("")}`;
