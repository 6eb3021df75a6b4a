import { Cancelled, DeploymentError } from "../../host/errors";
import { type Box, type Judged, untold } from "./contract";

/** A box, ticked by looking. What can't be looked at could not be told. */
export async function look(box: string, work: () => Promise<Judged>): Promise<Box> {
  try {
    return { box, ...(await work()) };
  } catch (error) {
    if (error instanceof Cancelled || !(error instanceof DeploymentError)) throw error;
    return { box, ...untold(error.message) };
  }
}
