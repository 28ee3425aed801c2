// @ts-check
"use strict";
// What the stand-in for AWS knows of the types and functions that the examples use.
const { randomUUID } = require("node:crypto");

/** @typedef {import("./play.js").Type} Type */
/** @typedef {import("./play.js").Properties} Properties */

/** @type {(service: string, resource: string) => string} */
const arnOf = (service, resource) =>
    `arn:aws:${service}:${service === "iam" ? "" : "us-east-1"}:123456789012:${resource}`;

/** A thing with a name and an ARN. @type {(...replacedBy: string[]) => Type} */
const named = (...replacedBy) => ({
    replacedBy,
    outputs: (inputs, made, { service, kind, title }) => {
        const name = inputs.name ?? made.name ?? `${title}-1a2b3c4`;
        return { name, arn: made.arn ?? arnOf(service, `${kind}/${name}`) };
    },
});

/** A thing that is known by its id, and inputs whose change replaces it. @type {(...replacedBy: string[]) => Type} */
const plain = (...replacedBy) => ({ replacedBy, outputs: () => ({}) });

/** @type {(inputs: Properties, made: Properties, title: string) => Properties} */
function clusterIdentity(inputs, made, title) {
    const clusterName = inputs.clusterName ?? made.clusterName ?? `${title}-1a2b3c4`;
    const clusterUuid = made.clusterUuid ?? `${randomUUID()}-3`;
    return { clusterName, clusterUuid, arn: arnOf("kafka", `cluster/${clusterName}/${clusterUuid}`) };
}

/** @type {Type} */
const cluster = {
    replacedBy: ["clusterName"],
    refuses: ({ brokerNodeGroupInfo }) =>
        (brokerNodeGroupInfo.connectivityInfo?.publicAccess?.type ?? "DISABLED") === "DISABLED"
            ? undefined
            : "When creating a cluster, the only valid value for the Type parameter in PublicAccess is DISABLED.",
    outputs: (inputs, made, { title }) => {
        const identity = clusterIdentity(inputs, made, title);
        const generation = Number(made.currentVersion ?? 0) + 1;
        const { iam = false, scram = false } = inputs.clientAuthentication?.sasl ?? {};
        const access = inputs.brokerNodeGroupInfo.connectivityInfo?.publicAccess?.type;
        /** @type {(isServed: boolean, port: number, suffix?: string) => string} */
        const at = (isServed, port, suffix = "") => {
            const hosts = Array.from({ length: inputs.numberOfBrokerNodes }, (_, index) => `b-${index + 1}${suffix}`);
            if (generation % 2 === 0) hosts.reverse(); // MSK never promises an order
            const domain = `${identity.clusterName}.abcdef.c2.kafka.us-east-1.amazonaws.com`;
            return isServed ? hosts.map((host) => `${host}.${domain}:${port}`).join(",") : "";
        };
        const isPublic = access === "SERVICE_PROVIDED_EIPS";
        return {
            ...identity,
            currentVersion: String(generation),
            bootstrapBrokersSaslIam: at(iam, 9098),
            bootstrapBrokersSaslScram: at(scram, 9096),
            bootstrapBrokersPublicSaslIam: at(iam && isPublic, 9198, "-public"),
            bootstrapBrokersPublicSaslScram: at(scram && isPublic, 9196, "-public"),
        };
    },
};

/** @type {Type} */
const serverlessCluster = {
    replacedBy: ["clusterName", "vpcConfigs", "clientAuthentication"],
    outputs: (inputs, made, { title }) => ({
        ...clusterIdentity(inputs, made, title),
        bootstrapBrokersSaslIam: "boot-abcdefg.c2.kafka-serverless.us-east-1.amazonaws.com:9098",
    }),
};

/** @type {Record<string, Type>} */
const types = {
    "aws:ec2/internetGateway:InternetGateway": plain(),
    "aws:ec2/routeTable:RouteTable": plain("vpcId"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": plain("subnetId"),
    "aws:ec2/securityGroup:SecurityGroup": plain("vpcId", "description"),
    "aws:ec2/subnet:Subnet": plain("vpcId", "cidrBlock", "availabilityZone"),
    "aws:ec2/vpc:Vpc": plain("cidrBlock"),
    "aws:iam/role:Role": named("name"),
    "aws:iam/rolePolicy:RolePolicy": plain("role", "name"),
    "aws:kinesis/stream:Stream": named("name"),
    "aws:kms/key:Key": {
        outputs: (_inputs, made) => {
            const keyId = made.keyId ?? randomUUID();
            return { keyId, arn: arnOf("kms", `key/${keyId}`) };
        },
    },
    "aws:msk/cluster:Cluster": cluster,
    "aws:msk/configuration:Configuration": {
        replacedBy: ["name"],
        outputs: (inputs, made, who) => ({
            ...named().outputs(inputs, made, who),
            latestRevision: (made.latestRevision ?? 0) + 1,
        }),
    },
    "aws:msk/scramSecretAssociation:ScramSecretAssociation": plain("clusterArn"),
    "aws:msk/serverlessCluster:ServerlessCluster": serverlessCluster,
    "aws:msk/topic:Topic": named("name", "clusterArn"),
    "aws:secretsmanager/secret:Secret": named("name"),
    "aws:secretsmanager/secretPolicy:SecretPolicy": plain("secretArn"),
    "aws:secretsmanager/secretVersion:SecretVersion": plain("secretId", "secretString"),
};

/** @type {Record<string, (args: Properties) => Properties>} */
const functions = {
    "aws:ec2/getSubnet:getSubnet": ({ id }) => ({ id, vpcId: "vpc-0a1b2c3d", cidrBlock: "10.1.0.0/24" }),
    "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
        id: "us-east-1",
        names: ["us-east-1a", "us-east-1b", "us-east-1c"],
    }),
};

module.exports = { types, functions };
