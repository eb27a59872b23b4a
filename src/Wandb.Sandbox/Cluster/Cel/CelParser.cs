using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Wandb.Sandbox.Cluster.Cel;

/// <summary>
/// Reads a part of CEL: variables, members, indices, has(), in, == != &lt; &lt;= &gt; &gt;=, &amp;&amp; || !, ?:, lists, literals, all() and
/// exists(), and <see cref="CelFunctions"/>. What it does not know it refuses to read.
/// </summary>
internal sealed partial class CelParser
{
    private static readonly CelNode Nothing = new CelNode.Literal(null);

    private readonly List<string> tokens;
    private readonly List<string> variables;
    private int at;
    private string? problem;

    private CelParser(string text, IEnumerable<string> variables)
    {
        this.variables = [.. variables];
        tokens = [.. Token().Matches(text).Select(match => match.Value.Trim()).Where(token => token.Length > 0)];
    }

    /// <param name="variables">Names that the expression may use.</param>
    /// <param name="problem">Set when the answer is null.</param>
    public static CelNode? Parse(string text, IEnumerable<string> variables, out string? problem)
    {
        var parser = new CelParser(text, variables);
        var node = parser.Conditional();
        problem = parser.problem ?? (parser.at < parser.tokens.Count ? $"Syntax error: not understood: {parser.tokens[parser.at]}" : null);
        return problem is null ? node : null;
    }

    private string Next => at < tokens.Count ? tokens[at] : "";

    private bool Take(string token)
    {
        if (Next != token)
        {
            return false;
        }

        at++;
        return true;
    }

    private CelNode Conditional()
    {
        var condition = Or();
        if (!Take("?"))
        {
            return condition;
        }

        var yes = Conditional();
        return Take(":") ? new CelNode.Conditional(condition, yes, Conditional()) : Fail("':' is missing");
    }

    private CelNode Or()
    {
        var left = And();
        while (Take("||"))
        {
            left = new CelNode.Logic(true, left, And());
        }

        return left;
    }

    private CelNode And()
    {
        var left = Relation();
        while (Take("&&"))
        {
            left = new CelNode.Logic(false, left, Relation());
        }

        return left;
    }

    private CelNode Relation()
    {
        var left = Unary();
        while (Next is "==" or "!=" or "<" or "<=" or ">" or ">=" or "in")
        {
            var sign = tokens[at++];
            left = new CelNode.Relation(sign, left, Unary());
        }

        return left;
    }

    private CelNode Unary() => Take("!") ? new CelNode.Not(Unary()) : Postfix();

    private CelNode Postfix()
    {
        var value = Primary();
        while (problem is null)
        {
            if (Take("."))
            {
                value = AfterDot(value);
            }
            else if (Take("["))
            {
                value = new CelNode.Index(value, Conditional());
                Close("]");
            }
            else
            {
                return value;
            }
        }

        return Nothing;
    }

    private CelNode AfterDot(CelNode target)
    {
        var name = Next;
        at++;
        if (!IsName(name))
        {
            return Fail($"not understood: .{name}");
        }

        if (!Take("("))
        {
            return new CelNode.Member(target, name);
        }

        return name is "all" or "exists" ? Each(target, decides: name == "exists") : Call(name, target);
    }

    private CelNode Each(CelNode range, bool decides)
    {
        var variable = Next;
        at++;
        if (!IsName(variable) || !Take(","))
        {
            return Fail("all() and exists() need a variable and an expression");
        }

        variables.Add(variable);
        var body = Conditional();
        variables.RemoveAt(variables.Count - 1);
        Close(")");
        return new CelNode.Each(decides, range, variable, body);
    }

    private CelNode Call(string name, CelNode? target)
    {
        var arguments = Arguments(")");
        return CelFunctions.Find(name, target is not null, arguments.Count) is { } function
            ? new CelNode.Call(function, target is null ? arguments : [target, .. arguments])
            : Fail($"undeclared reference to '{name}' with {arguments.Count} arguments");
    }

    private CelNode Primary()
    {
        var token = Next;
        at++;
        switch (token)
        {
            case "(":
                var inner = Conditional();
                Close(")");
                return inner;
            case "[":
                var parts = Arguments("]");
                return parts.TrueForAll(part => part is CelNode.Literal)
                    ? new CelNode.Literal(new JsonArray([.. parts.Select(part => ((CelNode.Literal)part).Value?.DeepClone())]))
                    : new CelNode.Items(parts);
            case "true" or "false":
                return new CelNode.Literal(token == "true");
            case "null":
                return Nothing;
            case ['\'' or '"', _, ..]:
                return Unquote(token) is { } text ? new CelNode.Literal(text) : Fail($"escape that is not understood in {token}");
            case [>= '0' and <= '9', ..] when long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var whole):
                return new CelNode.Literal(whole);
            case [>= '0' and <= '9', ..] when double.TryParse(token, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var real):
                return new CelNode.Literal(real);
            case "has" when Take("("):
                var asked = Conditional();
                Close(")");
                return asked is CelNode.Member member ? new CelNode.Has(member.Target, member.Field) : Fail("has() needs a member");
            default:
                return IsName(token) && Take("(") ? Call(token, null)
                    : variables.Contains(token, StringComparer.Ordinal) ? new CelNode.Variable(token)
                    : Fail($"undeclared reference to '{token}'");
        }
    }

    private List<CelNode> Arguments(string end)
    {
        var values = new List<CelNode>();
        while (problem is null && !Take(end))
        {
            if (values.Count > 0 && !Take(","))
            {
                Fail($"'{end}' is missing");
                break;
            }

            values.Add(Conditional());
        }

        return values;
    }

    private void Close(string end)
    {
        if (!Take(end))
        {
            Fail($"'{end}' is missing");
        }
    }

    /// <summary>The first problem is the one that is told.</summary>
    private CelNode Fail(string what)
    {
        problem ??= what;
        at = tokens.Count;
        return Nothing;
    }

    private static bool IsName(string token) => token is [(>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_', ..] and not "in";

    private static string? Unquote(string token)
    {
        var text = new StringBuilder();
        for (var i = 1; i < token.Length - 1; i++)
        {
            if (token[i] != '\\')
            {
                text.Append(token[i]);
                continue;
            }

            char? escaped = token[++i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '\\' or '\'' or '"' or '?' or '`' => token[i], _ => null };
            if (escaped is null)
            {
                return null;
            }

            text.Append(escaped);
        }

        return text.ToString();
    }

    [GeneratedRegex("""\s+|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[A-Za-z_][A-Za-z0-9_]*|[0-9]+(?:\.[0-9]+)?|==|!=|<=|>=|&&|\|\||.""")]
    private static partial Regex Token();
}
