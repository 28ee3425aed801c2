/** IAM policies for what Imply Polaris reads in AWS. Nothing here calls AWS or needs its SDK. */
export { assumeRolePolicy } from "./assume-role-policy";
export type { AssumeRolePolicyArgs } from "./assume-role-policy";
export { kinesisReadPolicy } from "./kinesis-read-policy";
export type { KinesisReadPolicyArgs } from "./kinesis-read-policy";
export { mskReadPolicy } from "./msk-read-policy";
export type { MskReadPolicyArgs } from "./msk-read-policy";
export { assumeRolePolicyOutput, kinesisReadPolicyOutput, mskReadPolicyOutput } from "./outputs";
export type { AssumeRolePolicyOutputArgs, KinesisReadPolicyOutputArgs, MskReadPolicyOutputArgs } from "./outputs";
export { mskTopicWildcards } from "./topic-wildcards";
export type { TopicWildcards } from "./topic-wildcards";
