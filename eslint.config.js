"use strict";

const jest = require("eslint-plugin-jest");
const tseslint = require("typescript-eslint");

module.exports = tseslint.config(
    { ignores: ["**/dist/", "coverage/", "**/node_modules/", "**/*.js", "**/*.cjs", "**/*.mjs"] },
    tseslint.configs.strictTypeChecked,
    {
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
        rules: {
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
            "@typescript-eslint/consistent-type-imports": "error",
            // The handlers' modules are objects (`export =`).
            "@typescript-eslint/no-require-imports": ["error", { allowAsImport: true }],
            "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
        },
    },
    {
        files: ["test/**/*.ts"],
        extends: [jest.configs["flat/recommended"]],
        rules: {
            "jest/no-disabled-tests": "error",
            "jest/expect-expect": ["error", { assertFunctionNames: ["expect", "expect*", "fc.assert"] }],
            "jest/no-standalone-expect": ["error", { additionalTestBlockFunctions: ["follow"] }],
            "@typescript-eslint/no-non-null-assertion": "off",
        },
    },
);
