import { z } from "zod";
import { named, settings } from "../connection/schema";
import { secretText, secretTextWarnings } from "../connection/secrets";
import type { Properties } from "../values/json";
import { matching, nonEmpty, strict, union, variable } from "../values/shape";
import type { Problem } from "../values/shape";

const secrets = union(
    "type",
    ["access_key", "sas_token"],
    [
        strict({
            type: z.literal("access_key"),
            accessKeySecret: secretText.optional(),
            accessKeySecretFrom: variable,
        }),
        strict({ type: z.literal("sas_token"), sasToken: secretText.optional(), sasTokenFrom: variable }),
    ],
);

/** The arguments that Imply Polaris stores. Parsed arguments that mean the same are equal. */
export const azureConnection = strict({
    ...named,
    storageAccount: matching(
        /^[a-z0-9]{3,24}$/,
        "the name of a storage account, 3 to 24 lower-case letters and digits",
    ),
    container: matching(
        /^(\$root|\$logs|\$web|(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9])$/,
        'the name of a container, 3 to 63 lower-case letters, digits and single "-"',
    ),
    prefix: nonEmpty.optional(),
    secrets,
});

export const azureConnectionInputs = strict({ ...azureConnection.shape, ...settings });

export const azureConnectionWarnings = (given: Properties): Problem[] =>
    secretTextWarnings(given, ["secrets", "accessKeySecret"], ["secrets", "sasToken"]);
