using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Admission;

/// <summary>
/// A part of CEL, as much as matchConditions need: variables, members, indices, has(), in, == != &lt; &lt;= &gt; &gt;=, &amp;&amp; || !, ?:,
/// lists, literals, size() startsWith() endsWith() contains() matches(). Anything else is an error, never a guess.
/// An error on one side of &amp;&amp; or || is forgiven when the other side decides, as CEL says.
/// </summary>
/// <remarks>Evaluates while it reads, so a side that does not matter is evaluated as well; nothing here has effects.</remarks>
internal sealed partial class CelExpression
{
    private readonly List<string> tokens = [];
    private readonly IReadOnlyDictionary<string, JsonNode?> variables;
    private int at;

    private CelExpression(string text, IReadOnlyDictionary<string, JsonNode?> variables)
    {
        this.variables = variables;
        tokens.AddRange(Token().Matches(text).Select(match => match.Value.Trim()).Where(token => token.Length > 0));
    }

    public static CelValue Evaluate(string text, IReadOnlyDictionary<string, JsonNode?> variables)
    {
        var expression = new CelExpression(text, variables);
        var value = expression.Conditional();
        return value.Problem is null && expression.at < expression.tokens.Count ? CelValue.Error($"not understood: {expression.tokens[expression.at]}") : value;
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

    private CelValue Conditional()
    {
        var condition = Or();
        if (!Take("?"))
        {
            return condition;
        }

        var yes = Conditional();
        var no = Take(":") ? Conditional() : CelValue.Error("':' is missing");
        return condition.Truth is { } truth ? (truth ? yes : no) : CelValue.Error(condition.Problem ?? "condition is no boolean");
    }

    private CelValue Or()
    {
        var left = And();
        while (Take("||"))
        {
            var right = And();
            left = left.Truth == true || right.Truth == true ? CelValue.Of(true) : BothOrError(left, right);
        }

        return left;
    }

    private CelValue And()
    {
        var left = Relation();
        while (Take("&&"))
        {
            var right = Relation();
            left = left.Truth == false || right.Truth == false ? CelValue.Of(false) : BothOrError(left, right);
        }

        return left;
    }

    // Neither side decided alone: || of two false is false, && of two true is true, which is the right side in both cases.
    private static CelValue BothOrError(CelValue left, CelValue right) =>
        left.Truth is not null && right.Truth is not null ? right : CelValue.Error(left.Problem ?? right.Problem ?? "no boolean");

    private CelValue Relation()
    {
        var left = Unary();
        var sign = Next;
        if (sign is not ("==" or "!=" or "<" or "<=" or ">" or ">=" or "in"))
        {
            return left;
        }

        at++;
        var right = Unary();
        if ((left.Problem ?? right.Problem) is { } problem)
        {
            return CelValue.Error(problem);
        }

        return sign switch
        {
            "==" => CelValue.Of(JsonNode.DeepEquals(left.Node, right.Node)),
            "!=" => CelValue.Of(!JsonNode.DeepEquals(left.Node, right.Node)),
            "in" => right.Node switch
            {
                JsonObject map => CelValue.Of(left.Node.Text() is { } key && map.ContainsKey(key)),
                JsonArray list => CelValue.Of(list.Any(item => JsonNode.DeepEquals(item, left.Node))),
                _ => CelValue.Error("'in' needs a map or a list"),
            },
            _ => Compare(left.Node, sign, right.Node),
        };
    }

    private static CelValue Compare(JsonNode? left, string sign, JsonNode? right)
    {
        int order;
        if (left.Number() is { } a && right.Number() is { } b)
        {
            order = a.CompareTo(b);
        }
        else if (left.Text() is { } s && right.Text() is { } t)
        {
            order = string.CompareOrdinal(s, t);
        }
        else
        {
            return CelValue.Error($"no order between the sides of '{sign}'");
        }

        return CelValue.Of(sign switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 });
    }

    private CelValue Unary()
    {
        if (!Take("!"))
        {
            return Postfix();
        }

        var value = Unary();
        return value.Truth is { } truth ? CelValue.Of(!truth) : CelValue.Error(value.Problem ?? "'!' needs a boolean");
    }

    private CelValue Postfix()
    {
        var value = Primary();
        while (true)
        {
            if (Take("."))
            {
                var name = Next;
                at++;
                value = Take("(") ? Call(name, value, Arguments()) : Member(value, name);
            }
            else if (Take("["))
            {
                var index = Conditional();
                value = !Take("]") ? CelValue.Error("']' is missing")
                    : index.Node.Text() is { } key ? Member(value, key)
                    : value.Node is JsonArray list && index.Node.Number() is { } number and >= 0 && number < list.Count ? CelValue.Of(list[(int)number])
                    : CelValue.Error(value.Problem ?? index.Problem ?? "index out of bounds");
            }
            else
            {
                return value;
            }
        }
    }

    private static CelValue Member(CelValue value, string name) =>
        value.Problem is not null ? value
        : value.Node is JsonObject map && map.ContainsKey(name) ? CelValue.Of(map[name])
        : CelValue.Error($"no such key: {name}");

    private CelValue Primary()
    {
        var token = Next;
        at++;
        switch (token)
        {
            case "(":
                var inner = Conditional();
                return Take(")") ? inner : CelValue.Error("')' is missing");
            case "[":
                var items = Arguments("]");
                return items.Find(item => item.Problem is not null) is { Problem: not null } bad ? bad : CelValue.Of(new JsonArray([.. items.Select(item => item.Node?.DeepClone())]));
            case "true" or "false":
                return CelValue.Of(token == "true");
            case "null":
                return CelValue.Of(null);
            case ['\'' or '"', ..]:
                return CelValue.Of(Unquote(token));
            case [>= '0' and <= '9', ..] when long.TryParse(token, CultureInfo.InvariantCulture, out var number):
                return CelValue.Of(number);
            case "has" when Take("("):
                // has() asks for the last member only: an error before it stays an error, so look at which key was missing.
                var start = at;
                var asked = Conditional();
                var last = tokens[at - 1];
                return !Take(")") || at - 2 < start ? CelValue.Error("has() needs a member")
                    : asked.Problem is null ? CelValue.Of(asked.Node is not null)
                    : asked.Problem == $"no such key: {last}" ? CelValue.Of(false) : asked;
            case "size" when Take("("):
                var arguments = Arguments();
                return arguments is [var only] ? Call("size", only, []) : CelValue.Error("size() needs one argument");
            default:
                return variables.TryGetValue(token, out var variable) ? CelValue.Of(variable) : CelValue.Error($"not understood: {token}");
        }
    }

    private List<CelValue> Arguments(string end = ")")
    {
        var values = new List<CelValue>();
        while (!Take(end) && at < tokens.Count)
        {
            values.Add(Conditional());
            Take(",");
        }

        return values;
    }

    private static CelValue Call(string name, CelValue target, List<CelValue> arguments)
    {
        if ((target.Problem ?? arguments.Select(argument => argument.Problem).FirstOrDefault(problem => problem is not null)) is { } problem)
        {
            return CelValue.Error(problem);
        }

        return (name, target.Node, arguments) switch
        {
            ("size", JsonArray list, []) => CelValue.Of(list.Count),
            ("size", JsonObject map, []) => CelValue.Of(map.Count),
            ("size", var node, []) when node.Text() is { } text => CelValue.Of(text.EnumerateRunes().Count()),
            (_, var node, [var argument]) when node.Text() is { } text && argument.Node.Text() is { } part => name switch
            {
                "startsWith" => CelValue.Of(text.StartsWith(part, StringComparison.Ordinal)),
                "endsWith" => CelValue.Of(text.EndsWith(part, StringComparison.Ordinal)),
                "contains" => CelValue.Of(text.Contains(part, StringComparison.Ordinal)),
                "matches" => CelValue.Of(Regex.IsMatch(text, part, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)),
                _ => CelValue.Error($"not understood: {name}()"),
            },
            _ => CelValue.Error($"not understood: {name}()"),
        };
    }

    private static string Unquote(string token)
    {
        var text = new StringBuilder();
        for (var i = 1; i < token.Length - 1; i++)
        {
            i += token[i] == '\\' ? 1 : 0;
            text.Append(token[i]);
        }

        return text.ToString();
    }

    [GeneratedRegex("""\s+|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[A-Za-z_][A-Za-z0-9_]*|[0-9]+|==|!=|<=|>=|&&|\|\||.""")]
    private static partial Regex Token();
}
