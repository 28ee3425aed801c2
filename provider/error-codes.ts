/** Every code that an error of this package ends with; docs/errors.md has the cause and the cure of each. */
export const errorCodes = [
    // Configuration and program
    "PolarisNotConfigured",
    "PolarisConfigurationInvalid",
    "PolarisApiKeyMissing",
    "PolarisArgumentInvalid",
    "PolarisVariableNotSet",
    "PolarisDeclaredTwice",
    "PolarisProjectMismatch",
    "PolarisPackageNotFound",
    // Answers of the API
    "PolarisBadRequest",
    "PolarisUnauthorized",
    "PolarisForbidden",
    "PolarisNotFound",
    "PolarisProjectNotFound",
    "PolarisProjectPaused",
    "PolarisConflict",
    "PolarisRateLimited",
    "PolarisRedirected",
    "PolarisServerError",
    "PolarisUnexpectedStatus",
    "PolarisUnreachable",
    "PolarisUnexpectedAnswer",
    // Any resource
    "PolarisObjectNotFound",
    "PolarisObjectDeclaredAgain",
    "PolarisInternalError",
    // Connections
    "PolarisConnectionExists",
    "PolarisConnectionNameTaken",
    "PolarisConnectionTypeMismatch",
    "PolarisConnectionDiffers",
    "PolarisConnectionChanged",
    "PolarisConnectionGone",
    "PolarisConnectionInUse",
    "PolarisConnectionNotReady",
    "PolarisConnectionNotUpdated",
    "PolarisTopicUnreachable",
    "PolarisNotOnAws",
    // Jobs
    "PolarisTableInUse",
    "PolarisJobDiffers",
    "PolarisJobChanged",
    "PolarisJobGone",
    "PolarisJobUnhealthy",
    "PolarisJobFailed",
    "PolarisJobEnded",
    "PolarisJobTimeout",
    "PolarisResetUnconfirmed",
    // The command
    "PolarisCommandInvalid",
    "PolarisPulumiFailed",
    "PolarisStackBusy",
    "PolarisStackConflict",
    "PolarisImportDiffers",
] as const;

/** The code at the end of an error's sentence, such as `PolarisTableInUse`. */
export type PolarisErrorCode = (typeof errorCodes)[number];
