import { Failure } from "../../provider/engine/errors";
import { assertNotManaged, assertUrnsAreFree } from "../../provider/import/match";
import { unreadText } from "../../provider/import/other-stacks";
import type { Item } from "../../provider/import/select";
import { StackState } from "../../provider/import/stack";

const type = "pulumi-nodejs:dynamic/polaris:KafkaConnection";
const urn = `urn:pulumi:dev::acme::${type}::orders`;
const [own, other] = ["0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10", "8d7f0a52-6c0e-4b0b-9b52-5f0b0b8f6d10"];

const exported = (more: object, version = 3) => JSON.stringify({ version, deployment: { metadata: {}, ...more } });

const state = (more: object = {}, version?: number) => StackState.parse("dev", exported(more, version));

const withOrders = (projectId: string) =>
    state({ resources: [{ urn, type, custom: true, id: "orders", inputs: { projectId }, outputs: { projectId } }] });

const item = { noun: { noun: "KafkaConnection" }, id: "orders" } as Item;

function failureOf(work: () => unknown): string {
    try {
        work();
    } catch (error) {
        if (error instanceof Failure) return `${error.happened} [${error.code}]`;
    }
    return "none";
}

test("an object that the stack has already is refused, and one of another project of the same name for its URN", () => {
    expect(failureOf(() => assertNotManaged([item], own, withOrders(own)))).toBe(
        'KafkaConnection "orders" is in the stack dev already [PolarisStackConflict]',
    );
    expect(failureOf(() => assertNotManaged([item], own, withOrders(other)))).toBe("none");
    const place = { stack: "organization/acme/dev", project: "acme" };
    const conflict = "the stack has another resource of the same URN [PolarisStackConflict]";
    expect(failureOf(() => assertUrnsAreFree([item], place, withOrders(other)))).toBe(conflict);
    expect(failureOf(() => assertUrnsAreFree([item], { ...place, parentType: "a:b:C" }, withOrders(other)))).toBe(
        "none",
    );
});

test("pending operations, a change meanwhile and an unknown format are refused", () => {
    expect(failureOf(() => state({ pending_operations: [{}] }).assertSettled())).toMatch(/\[PolarisStackBusy\]$/);
    expect(failureOf(() => state({ pending_operations: [] }).assertSettled())).toBe("none");
    expect(failureOf(() => state().assertUnchanged(withOrders(own)))).toMatch(
        /changed meanwhile \[PolarisStackBusy\]$/,
    );
    expect(failureOf(() => state({}, 5))).toMatch(
        /version 5\) that this version does not know \[PolarisPulumiFailed\]$/,
    );
    expect(state({}, 4).resources).toEqual([]);
    expect(StackState.parse("dev", JSON.stringify({ version: 3, deployment: null })).isUnwritten).toBe(true);
});

test("a state with more resources keeps all that it had", () => {
    const before = withOrders(own);
    const added = { urn: `${urn}-2`, type, custom: true, id: "orders-2" };
    const after = JSON.parse(before.with([added])) as { version: number; deployment: Record<string, unknown[]> };
    expect(after.version).toBe(3);
    expect(after.deployment).toMatchObject({ metadata: {} });
    expect(after.deployment.resources).toEqual([...before.resources, added]);
});

test("a stack manages what it declares, and not what it only reads by `.get()`", () => {
    const read = { urn, type, custom: true, external: true, id: "orders", outputs: { projectId: own } };
    expect(state({ resources: [read] }).managedBy(own)("KafkaConnection", "orders")).toBe(false);
    expect(withOrders(own).managedBy(own)("KafkaConnection", "orders")).toBe(true);
});

test("stacks that could not be read are named", () => {
    const owners = new Map<string, string>();
    const advice = "If one of them manages an object that is imported here, run `pulumi state delete` there.";
    expect(unreadText({ owners, unread: [] })).toBeUndefined();
    expect(unreadText({ owners, unread: ["prod", "acme/dev"] })).toBe(
        `These stacks could not be read: acme/dev, prod. ${advice}`,
    );
    expect(unreadText({ owners, unread: undefined })).toBe(
        `The other stacks of the backend could not be listed. ${advice}`,
    );
});
