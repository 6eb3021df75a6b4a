import { whyNoMysql } from "../../lab/places";

/** A suite that needs MySQL's server: pending, with the reason in its name, where the set-up tried and could not build a host with it. */
export function describeMysql(title: string, suite: (this: Mocha.Suite) => void): void {
  const why = whyNoMysql();
  if (why === undefined) describe(title, suite);
  else describe.skip(`${title} (NOT TESTED: the set-up could not build a host with it: ${why})`, suite);
}
