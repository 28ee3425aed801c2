import { output } from "@pulumi/pulumi";
import type { Input, Output } from "@pulumi/pulumi";
import { assumeRolePolicy } from "./assume-role-policy";
import type { AssumeRolePolicyArgs } from "./assume-role-policy";
import { kinesisReadPolicy } from "./kinesis-read-policy";
import type { KinesisReadPolicyArgs } from "./kinesis-read-policy";
import { mskReadPolicy } from "./msk-read-policy";
import type { MskReadPolicyArgs } from "./msk-read-policy";

type Inputs<Args> = { readonly [Name in keyof Args]: Input<WithInputs<Args[Name]>> };

type WithInputs<Value> = Value extends readonly (infer Entry)[] ? readonly Input<Entry>[] : Value;

/** The arguments of {@link assumeRolePolicy}, each of which may be an output. */
export type AssumeRolePolicyOutputArgs = Inputs<AssumeRolePolicyArgs>;

/** The arguments of {@link kinesisReadPolicy}, each of which may be an output. */
export type KinesisReadPolicyOutputArgs = Inputs<KinesisReadPolicyArgs>;

/** The arguments of {@link mskReadPolicy}, each of which may be an output. */
export type MskReadPolicyOutputArgs = Inputs<MskReadPolicyArgs>;

/**
 * {@link assumeRolePolicy} for arguments that are not known yet. The result of `getConnectionsMetaOutput()` can be
 * given as it is.
 */
export function assumeRolePolicyOutput(args: Input<AssumeRolePolicyOutputArgs>): Output<string> {
    return output(args).apply(assumeRolePolicy);
}

/** {@link kinesisReadPolicy} for arguments that are not known yet, such as the ARN of a stream in the same program. */
export function kinesisReadPolicyOutput(
    args: Input<KinesisReadPolicyOutputArgs> | Input<readonly Input<KinesisReadPolicyOutputArgs>[]>,
): Output<string> {
    return output(args).apply(kinesisReadPolicy);
}

/** {@link mskReadPolicy} for arguments that are not known yet, such as the ARN of a cluster in the same program. */
export function mskReadPolicyOutput(
    args: Input<MskReadPolicyOutputArgs> | Input<readonly Input<MskReadPolicyOutputArgs>[]>,
): Output<string> {
    return output(args).apply(mskReadPolicy);
}
