import type { Site } from "../../host/site";

/** A variable that no other site of the host has; a short name, for nginx has a limit. */
export const variable = ({ app }: Pick<Site, "app">, name: string): string => `$${app.replace(/\W/g, "_")}_${name}`;

/** A text without `$`, which nginx can't be told as such, as one of nginx's words. */
export const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** A text for nginx's regular expressions between double quotes. */
export const literally = (text: string): string => text.replace(/[".*+?^${}()|[\]\\]/g, "\\$&");
