// The emulator became a package of its own in 0.2.0. The paths of 0.1.0 lead to it where it is installed.
try {
    require.resolve("imply-polaris-emulator");
} catch {
    throw new Error(
        "The Imply Polaris emulator is a package of its own: run `npm install --save-dev imply-polaris-emulator`.",
    );
}
