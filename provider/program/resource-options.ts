import * as pulumi from "@pulumi/pulumi";
import { ProgramError } from "./program-error";

/** The types of both resources begin with it. */
export const typePrefix = "pulumi-nodejs:dynamic/polaris:";

/** The type that a resource of Pulumi carries; undefined for anything else. */
export const typeOf = (value: unknown): string | undefined =>
    typeof value === "object" && value !== null && "__pulumiType" in value && typeof value.__pulumiType === "string"
        ? value.__pulumiType
        : undefined;

/** Refuses an option that would leave an object behind at Imply Polaris without an entry in the state. */
export function assertDeletedWithFits(title: string, { deletedWith }: pulumi.CustomResourceOptions): void {
    const isComponent = pulumi.ComponentResource.isInstance(deletedWith);
    if (!isComponent && !typeOf(deletedWith)?.startsWith(typePrefix)) return;
    const reason = isComponent
        ? "a component is nothing in Imply Polaris"
        : "a connection does not end its jobs, nor a job its connection";
    throw new ProgramError(
        `${title}: deletedWith names a resource whose deletion leaves this one as it is, as ${reason}; remove deletedWith.`,
        "PolarisArgumentInvalid",
    );
}

/** Reports an option that Pulumi itself leaves without effect on a dynamic provider. */
export function warnOfOptions(
    resource: pulumi.Resource,
    { replaceOnChanges = [] }: pulumi.CustomResourceOptions,
): void {
    if (replaceOnChanges.length === 0) return;
    void pulumi.log.warn(
        "replaceOnChanges has no effect, as Pulumi does not apply it to resources of a dynamic provider; remove it.",
        resource,
    );
}
