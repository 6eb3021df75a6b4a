/** What AWS is told about who may do what; a bucket's ARN is "arn:aws:s3:::BUCKET". */

const version = "2012-10-17";

/**
 * What the upload needs, and no more: to put objects below the prefix and look at them (a HEAD needs s3:GetObject; the archives are encrypted to
 * a key that is not there), to list them, to give up an upload, and to use the bucket's own key for that. Nothing can be deleted.
 */
export const uploadPolicy = ({ bucketArn, prefix, keyArn }: { bucketArn: string; prefix: string; keyArn: string }): string =>
  JSON.stringify({
    Version: version,
    Statement: [
      {
        Sid: "Objects",
        Effect: "Allow",
        Action: ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"],
        Resource: `${bucketArn}/${prefix}/*`,
      },
      {
        Sid: "Names",
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: bucketArn,
        Condition: { StringLike: { "s3:prefix": `${prefix}/*` } },
      },
      { Sid: "Key", Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: keyArn }, // parts are read back when they are put together
    ],
  });

/** Refuses everything that doesn't come by TLS. */
export const tlsOnlyPolicy = (bucketArn: string): string =>
  JSON.stringify({
    Version: version,
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
