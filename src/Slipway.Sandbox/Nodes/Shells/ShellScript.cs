using System.Text;

namespace Slipway.Sandbox.Nodes.Shells;

/// <summary>When a step of a script runs.</summary>
enum ShellJoin
{
    Always,
    AfterSuccess,
    AfterFailure,
}

/// <summary>One command of a script, as written.</summary>
sealed record ShellStep(ShellJoin When, string Text);

/// <summary>A script asks for something the make-believe shell does not have.</summary>
sealed class ShellSyntaxException(string message) : Exception(message);

/// <summary>The little of a shell's language that is understood: steps, quotes and variables.</summary>
static class ShellScript
{
    /// <summary>Splits at <c>;</c>, <c>&amp;&amp;</c>, <c>||</c> and ends of lines, outside quotes.</summary>
    public static IReadOnlyList<ShellStep> Split(string script)
    {
        var steps = new List<ShellStep>();
        var (text, when) = (new StringBuilder(), ShellJoin.Always);
        for (var i = 0; i < script.Length; i++)
        {
            var next = i + 1 < script.Length ? script[i + 1] : '\0';
            switch (script[i])
            {
                case '\'' or '"':
                    var end = QuoteEnd(script, i);
                    text.Append(script, i, end - i + 1);
                    i = end;
                    break;
                case '\\' when next != '\0':
                    text.Append(script, i++, 2);
                    break;
                case ';' or '\n':
                    End(ShellJoin.Always);
                    break;
                case '&' when next == '&':
                    End(ShellJoin.AfterSuccess);
                    i++;
                    break;
                case '|' when next == '|':
                    End(ShellJoin.AfterFailure);
                    i++;
                    break;
                case '|' or '>' or '<' or '&' or '`' or '(' or ')':
                    throw new ShellSyntaxException($"\"{script[i]}\" is not available in the make-believe shell");
                default:
                    text.Append(script[i]);
                    break;
            }
        }

        End(ShellJoin.Always);
        return steps;

        void End(ShellJoin following)
        {
            if (text.ToString().Trim() is { Length: > 0 } step) steps.Add(new(when, step));
            (text, when) = (new(), following);
        }
    }

    /// <summary>The words of a step, without their quotes and with the values of their variables.</summary>
    public static IReadOnlyList<string> Words(string step, Func<string, string> variable)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (var i = 0; i < step.Length; i++)
        {
            switch (step[i])
            {
                case ' ' or '\t' or '\r':
                    if (word is not null) words.Add(word.ToString());
                    word = null;
                    break;
                case '\'':
                    var end = QuoteEnd(step, i);
                    (word ??= new()).Append(step, i + 1, end - i - 1);
                    i = end;
                    break;
                case '"':
                    var closing = QuoteEnd(step, i);
                    Expand(word ??= new(), step[(i + 1)..closing], variable);
                    i = closing;
                    break;
                case '\\' when i + 1 < step.Length:
                    (word ??= new()).Append(step[++i]);
                    break;
                case '$':
                    var length = VariableLength(step, i);
                    Expand(word ??= new(), step.Substring(i, length), variable);
                    i += length - 1;
                    break;
                default:
                    (word ??= new()).Append(step[i]);
                    break;
            }
        }

        if (word is not null) words.Add(word.ToString());
        return words;
    }

    static void Expand(StringBuilder into, string text, Func<string, string> variable)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\' or '$')
            {
                into.Append(text[++i]);
                continue;
            }

            var length = text[i] == '$' ? VariableLength(text, i) : 1;
            if (length == 1) into.Append(text[i]);
            else into.Append(variable(text.Substring(i + 1, length - 1).Trim('{', '}')));
            i += length - 1;
        }
    }

    /// <summary>Of <c>$NAME</c>, <c>${NAME}</c> or <c>$?</c>; 1 where the sign stands for itself.</summary>
    static int VariableLength(string text, int at)
    {
        if (at + 1 >= text.Length) return 1;
        if (text[at + 1] == '(') throw new ShellSyntaxException("\"$(\" is not available in the make-believe shell");
        if (text[at + 1] == '?') return 2;
        if (text[at + 1] == '{') return text.IndexOf('}', at) is var close and > 0 ? close - at + 1 : throw new ShellSyntaxException("\"${\" is not closed");
        var end = at + 1;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        return end - at;
    }

    static int QuoteEnd(string text, int at)
    {
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && text[at] == '"') i++;
            else if (text[i] == text[at]) return i;
        }

        throw new ShellSyntaxException("a quoted string is not closed");
    }
}
