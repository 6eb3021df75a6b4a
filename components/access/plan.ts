import type { Live, Planned } from "../../provider/handler";
import type { AccountsInputs, AccountsState } from "./contract";
import { type Difference, differenceText } from "./differences";
import { type Found, foundText } from "./server-findings";

export const asWanted = "as wanted";

/** What is not as wanted: accounts, and of the server what is to be removed and can be. */
export function liveAccounts(
  differences: readonly Difference[],
  found: readonly Found[],
  wanted: AccountsInputs,
  was: AccountsState | undefined,
): Live<AccountsInputs, AccountsState> {
  const due = found.filter((one) => isRemoved(one, wanted));
  const differing = [...differences.map(differenceText), ...due.map(foundText)];
  const left = found.filter((one) => !due.includes(one)).map(foundText);
  const access =
    differing.length === 0 ? asWanted : `${differing.length} ${differing.length === 1 ? "differs" : "differ"}: ${differing.join("; ")}`;
  const users = was?.made ?? wanted.users;
  return { inputs: { ...wanted, differing, users }, state: { access, findings: left, change: "unchanged", made: users } };
}

export const isRemoved = ({ finding, remedy }: Found, { remove }: AccountsInputs): boolean => remedy !== null && remove.includes(finding);

/** An account that isn't there is made by its own resource, before; one that isn't wanted any more is dropped by it, behind everything else. */
export const planAccounts = (
  { inputs, state: { findings } }: Live<AccountsInputs, AccountsState>,
  wanted: AccountsInputs,
): Planned<AccountsState> => ({ access: asWanted, findings, change: doneText(inputs, wanted), made: wanted.users });

/** What is done to come from one to the other. */
export function doneText({ differing, users }: AccountsInputs, wanted: AccountsInputs): string {
  const dropped = droppedUsers(users, wanted);
  const parts = [
    ...(differing.length === 0 ? [] : [`corrected: ${differing.join("; ")}`]),
    ...(dropped.length === 0 ? [] : [`dropped at the end: ${dropped.join(", ")}`]),
  ];
  return parts.length === 0 ? "unchanged" : parts.join("; ");
}

export const droppedUsers = (made: readonly string[], { users }: AccountsInputs): string[] => made.filter((user) => !users.includes(user));
