import assert from "node:assert/strict";
import { remedyOfCircumstances } from "../../../components/migration/circumstances";

describe("what helps when a statement fails", () => {
  it("is room, however the server says that there is none", () => {
    for (const reason of [
      "error 1114 (HY000): The table 'notes' is full",
      'error 1005 (HY000): Can\'t create table `selfhelp`.`notes` (errno: 135 "No more room in record file")',
      'error 1005 (HY000): Can\'t create table `selfhelp`.`notes` (errno: 28 "No space left on device")',
      "error 3 (HY000): Error writing file './selfhelp/notes.frm' (Errcode: 28 \"No space left on device\")",
      'error 1030 (HY000): Got error 28 "No space left on device" from storage engine InnoDB',
      'error 14 (HY000): Can\'t change size of file (Errcode: 1543660976 "Unknown error 1543660976")',
      "error 1021 (HY000): Disk full (/tmp/#sql-temptable); waiting for someone to free some space...",
      "error 3 (HY000): Error writing file '/tmp/x' (OS errno 28 - No space left on device)",
    ])
      assert.match(remedyOfCircumstances(reason) ?? "", /^make room on the disk of the database server/, reason);
  });

  it("is another moment or another limit, where somebody was in the way or time was up", () => {
    const remedies = [1205, 1213, 1969, 3024, 1317].map((errno) => remedyOfCircumstances(`error ${errno} (HY000): …`)?.slice(0, 20));
    assert.deepEqual(remedies, [
      "it was in somebody e",
      "it was in somebody e",
      "set selfhelp:migrati",
      "set selfhelp:migrati",
      "somebody ended it on",
    ]);
  });

  it("is a corrected script for everything else", () => {
    for (const reason of [
      "error 1064 (42000): You have an error in your SQL syntax near 'error 28' at line 1",
      "error 1054 (42S22): Unknown column 'a' in 'INSERT INTO'",
      'error 1005 (HY000): Can\'t create table `selfhelp`.`notes` (errno: 150 "Foreign key constraint is incorrectly formed")',
    ])
      assert.equal(remedyOfCircumstances(reason), undefined, reason);
  });
});
