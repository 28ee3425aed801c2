/** What IAM takes in all inline policies of a role, and in one managed policy ("IAM and AWS STS quotas"). */
export const longestInline = 10_240;
export const longestManaged = 6_144;
