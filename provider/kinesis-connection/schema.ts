import { awsEndpoint, named, roleArn, settings } from "../connection/schema";
import { matching, strict } from "../values/shape";

/** The arguments that Imply Polaris stores. Parsed arguments that mean the same are equal. */
export const kinesisConnection = strict({
    ...named,
    stream: matching(
        /^[A-Za-z0-9_.-]{1,128}$/,
        'the name of a stream, 1 to 128 of ASCII letters, digits, "_", ".", "-"',
    ),
    awsEndpoint: awsEndpoint("kinesis"),
    awsAssumedRoleArn: roleArn,
});

export const kinesisConnectionInputs = strict({ ...kinesisConnection.shape, ...settings });
