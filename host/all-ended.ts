/** As Promise.all, but a failure is thrown only when nothing runs any more, so that what is then put right stays so. */
export async function allEnded<Value>(work: readonly Promise<Value>[]): Promise<Value[]> {
  const ends = await Promise.allSettled(work);
  return ends.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}
