import type { Slot } from "../../host/site";

/** How exposed each slot's php-fpm is, as `systemd-analyze security` puts it (10: not sandboxed at all), and from when on. */
export type Exposure = Partial<Record<Slot, string>>;

/** Reads what a host's set-up printed: `selfhelp-fpm@blue.service: exposure 1.4` */
export const exposuresIn = (printed: string): Exposure =>
  Object.fromEntries([...printed.matchAll(/-fpm@(blue|green)\.service: exposure (.+)$/gm)].map(([, slot, exposure]) => [slot, exposure]));
