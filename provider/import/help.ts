export const help = `Usage: pulumi-imply-polaris <command> [options]

Commands
  import    brings what exists in an Imply Polaris project under Pulumi: writes a program and the state of a stack,
            and shows that the first preview plans no change; changes nothing in Imply Polaris
  diff      lists what exists in the project but in no stack

The project, its address and the API key come from the stack's configuration or the environment, as for the provider:
POLARIS_PROJECT_ID, POLARIS_API_KEY, and POLARIS_BASE_URL or POLARIS_ORGANIZATION, POLARIS_REGION and POLARIS_CLOUD.

Options of both
  --out DIR          the folder of the Pulumi project; made if there is none (default: the current folder)
  --stack NAME       the stack; made if there is none (default: the selected stack)
                     diff: a stack to compare with, can be repeated (default: all stacks that you can read)
  --only PATTERN     only connections and tables of such a name, such as 'orders-*'; can be repeated
  --exclude PATTERN  all but connections and tables of such a name; can be repeated
  --tables           tables as well, as resources of their own (one more request for each)

Options of import
  --dry-run          prints the program and what would be done, and writes nothing
  --split            writes a file for each kind of resource, instead of one file
  --component        puts the resources below one component resource
  --secrets SOURCE   where the program takes passwords and keys from: env (default) or config
  --no-protect       leaves out \`protect: true\`
  --into-program     writes no program: finds the objects that an existing program declares, and writes their state,
                     as after the loss of a state file

  -h, --help         prints this text
  --version          prints the version

Exit codes: 0 if all is done (diff: if everything is in a stack), 1 after an error (diff: if something is in no stack),
and 2 after an error of diff.
`;
