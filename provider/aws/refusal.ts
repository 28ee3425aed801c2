/**
 * Bad input to a policy function, in one sentence. Marked as the SDK marks its RunError, for which `pulumi` shows the
 * sentence alone and no stack; the SDK itself is not loaded for it.
 */
export class Refusal extends Error {
    override readonly name = "Refusal";
    readonly __pulumiRunError = true;
}
