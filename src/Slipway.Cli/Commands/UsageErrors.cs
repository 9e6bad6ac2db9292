using System.CommandLine;
using System.CommandLine.Parsing;

namespace Slipway.Cli.Commands;

/// <summary>Says in one sentence what of a command line cannot be understood, and where to read on.</summary>
static class UsageErrors
{
    public static IEnumerable<string> Lines(ParseResult parsed)
    {
        var command = Path(parsed.CommandResult);
        yield return $"slipway: {Sentence(parsed)}";
        yield return $"see: {command} --help";
    }

    static string Sentence(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        var verbs = parsed.CommandResult.Command.Subcommands.Where(command => !command.Hidden).Select(command => command.Name).ToList();
        return (unknown, verbs.Count, parsed.Errors[0]) switch
        {
            (not null, > 0, _) when !unknown.StartsWith('-') => $"{unknown} is not a command of {Path(parsed.CommandResult)}; {Listed(verbs)} are",
            (not null, _, _) => $"{unknown} is not an option or argument of {Path(parsed.CommandResult)}",
            (null, > 0, _) => $"{Path(parsed.CommandResult)} needs one of {string.Join(", ", verbs)}",
            (_, _, { SymbolResult: OptionResult option } error) => Option(option, error),
            (_, _, { SymbolResult: ArgumentResult { Parent: OptionResult option } } error) => Option(option, error),
            (_, _, { SymbolResult: ArgumentResult { Tokens.Count: 0 } argument }) => $"{argument.Argument.Name} is missing",
            (_, _, { SymbolResult: ArgumentResult argument } error) => Wrong(argument.Argument.Name, argument.Argument.ValueType, argument.Tokens, error),
            (_, _, { SymbolResult: CommandResult command }) when Missing(command) is { } missing => $"{missing} is missing",
            (_, _, var error) => error.Message.TrimEnd('.'),
        };
    }

    static string? Missing(CommandResult command) =>
        command.Command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0 && (command.GetResult(argument)?.Tokens.Count ?? 0) == 0)?.Name;

    static string Option(OptionResult result, ParseError error) => result.Tokens.Count == 0
        ? $"{result.Option.Name} needs a value"
        : Wrong(result.Option.Name, result.Option.ValueType, result.Tokens, error);

    static string Wrong(string name, Type type, IReadOnlyList<Token> tokens, ParseError error)
    {
        var value = Nullable.GetUnderlyingType(type) ?? type;
        var allowed = value switch
        {
            { IsEnum: true } => $"{Listed(Enum.GetNames(value))} are allowed",
            _ when value == typeof(int) => "a whole number is allowed",
            _ => null,
        };
        return tokens.Count > 1 && !type.IsArray ? $"{name} is given {tokens.Count} times; once is allowed"
            : allowed is not null && tokens.Count > 0 ? $"{name} is \"{tokens[0].Value}\"; {allowed}"
            : error.Message.TrimEnd('.');
    }

    static string Listed(IReadOnlyList<string> names) => names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    static string Path(SymbolResult? result) => result switch
    {
        CommandResult { Parent: CommandResult parent } command => $"{Path(parent)} {command.Command.Name}",
        _ => "slipway",
    };
}
