using System.CommandLine;

namespace Slipway.Cli.Commands;

/// <summary><c>slipway completion SHELL</c>: a script that asks the executable itself what may come next.</summary>
static class CompletionCommand
{
    public static Command Verb(Surroundings surroundings)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or powershell" };
        var command = new Command("completion", "Print a completion script for a shell") { shell };
        command.SetAction((parsed, _) => surroundings.RunAsync(() =>
        {
            surroundings.Out.WriteLine(Script(parsed.GetValue(shell)!));
            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }

    static string Script(string shell) => shell switch
    {
        "bash" => """
            # source <(slipway completion bash)
            _slipway() {
              local IFS=$'\n'
              COMPREPLY=($(slipway "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null | grep -- "^${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -F _slipway slipway
            """,
        "zsh" => """
            # source <(slipway completion zsh)
            _slipway() {
              local -a suggestions
              suggestions=("${(@f)$(slipway "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
              compadd -a suggestions
            }
            compdef _slipway slipway
            """,
        "fish" => """
            # slipway completion fish | source
            complete -f -c slipway -a '(slipway "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
            """,
        "powershell" => """
            # slipway completion powershell | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName slipway -ScriptBlock {
              param($word, $ast, $cursor)
              slipway "[suggest:$cursor]" "$ast" | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
        _ => throw CommandException.Usage($"SHELL is \"{shell}\"; bash, zsh, fish and powershell are allowed"),
    };
}
