import { partitionForm, requireArgs, requireText } from "./expect";

/** Who may assume the role; both are outputs of `getConnectionsMeta()`. */
export interface AssumeRolePolicyArgs {
    /** The principal of Imply, `implyArn` of the project's connections metadata. */
    readonly implyArn: string;
    /** What Imply identifies the project with, `externalId` of the project's connections metadata. */
    readonly externalId: string;
}

const principal = new RegExp(`^arn:${partitionForm}:iam::\\d{12}:(root|(role|user)/[\\w+=,.@/-]{1,576})$`);
const externalIdForm = /^[\w+=,.@:/-]{2,1224}$/;

/**
 * The trust policy of a role that Imply Polaris assumes to read from AWS: an IAM policy document as JSON. It lets
 * the principal of Imply in, and only with the external ID of your project, so that no other customer of Imply can
 * have your role assumed.
 *
 * Sources: "Secure connections to AWS" (Imply Polaris); "Access to AWS accounts owned by third parties" and "IAM and
 * AWS STS quotas" (AWS).
 *
 * @throws Error if the ARN is not one of a single IAM principal, or the external ID not one that AWS takes.
 */
export function assumeRolePolicy(args: AssumeRolePolicyArgs): string {
    requireArgs(args, "implyArn and externalId");
    const implyArn = requireText(
        args.implyArn,
        "implyArn",
        principal,
        "the ARN of one IAM principal, such as arn:aws:iam::123456789012:role/name",
    );
    const externalId = requireText(
        args.externalId,
        "externalId",
        externalIdForm,
        'at least 2 of ASCII letters, digits and "_+=,.@:/-"',
    );
    return JSON.stringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "AssumeRoleByImplyPolaris",
                Effect: "Allow",
                Principal: { AWS: implyArn },
                Action: "sts:AssumeRole",
                Condition: { StringEquals: { "sts:ExternalId": externalId } },
            },
        ],
    });
}
