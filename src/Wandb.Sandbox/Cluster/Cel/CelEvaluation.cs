using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Cel;

/// <summary>
/// The value of an expression. An error of one side of &amp;&amp; or ||, or of one round of all() or exists(), is forgiven when another one
/// decides, as CEL says.
/// </summary>
internal static class CelEvaluation
{
    /// <param name="variables">All that the expression names.</param>
    public static CelValue Of(CelNode node, IReadOnlyDictionary<string, JsonNode?> variables) => Of(node, new Scope(variables, null, "", null));

    private static CelValue Of(CelNode node, Scope scope) => node switch
    {
        CelNode.Literal literal => CelValue.Of(literal.Value),
        CelNode.Variable variable => CelValue.Of(scope.Find(variable.Name)),
        CelNode.Member member => Member(Of(member.Target, scope), member.Field),
        CelNode.Has has => Has(Of(has.Target, scope), has.Field),
        CelNode.Index index => Index(Of(index.Target, scope), Of(index.Key, scope)),
        CelNode.Items items => Items([.. items.Parts.Select(part => Of(part, scope))]),
        CelNode.Not not => Of(not.Operand, scope) is var value && value.Truth is { } truth ? CelValue.Of(!truth) : NoBoolean(value),
        CelNode.Logic logic => Logic(logic.Decides, [() => Of(logic.Left, scope), () => Of(logic.Right, scope)]),
        CelNode.Relation relation => Relation(relation.Sign, Of(relation.Left, scope), Of(relation.Right, scope)),
        CelNode.Conditional choice => Of(choice.Condition, scope) is var value && value.Truth is { } truth ? Of(truth ? choice.Yes : choice.No, scope) : NoBoolean(value),
        CelNode.Call call => Call(call.Function, [.. call.Arguments.Select(argument => Of(argument, scope))]),
        CelNode.Each each => Each(each, scope),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static CelValue Member(CelValue value, string name) =>
        value.Problem is not null ? value
        : value.Node is JsonObject map && map.ContainsKey(name) ? CelValue.Of(map[name])
        : CelValue.Error($"no such key: {name}");

    private static CelValue Has(CelValue value, string name) =>
        value.Problem is not null ? value
        : value.Node is JsonObject map ? CelValue.Of(map[name] is not null)
        : CelValue.Error($"has() of something that is no object: {name}");

    private static CelValue Index(CelValue value, CelValue index) =>
        (value.Problem ?? index.Problem) is { } problem ? CelValue.Error(problem)
        : index.Node.Text() is { } key ? Member(value, key)
        : value.Node is JsonArray list && index.Node.Number() is { } number and >= 0 && number < list.Count ? CelValue.Of(list[(int)number])
        : CelValue.Error("index out of bounds");

    private static CelValue Items(IReadOnlyList<CelValue> items) =>
        items.Select(item => item.Problem).FirstOrDefault(problem => problem is not null) is { } problem
            ? CelValue.Error(problem)
            : CelValue.Of(new JsonArray([.. items.Select(item => item.Node?.DeepClone())]));

    private static CelValue Call(Func<IReadOnlyList<CelValue>, CelValue> function, IReadOnlyList<CelValue> arguments) =>
        arguments.Select(argument => argument.Problem).FirstOrDefault(problem => problem is not null) is { } problem ? CelValue.Error(problem) : function(arguments);

    private static CelValue Each(CelNode.Each each, Scope scope)
    {
        var range = Of(each.Range, scope);
        IEnumerable<JsonNode?>? rounds = range.Node switch
        {
            JsonArray list => list,
            JsonObject map => map.Select(member => (JsonNode?)member.Key),
            _ => null,
        };
        return rounds is null
            ? CelValue.Error(range.Problem ?? "no such overload")
            : Logic(each.Decides, rounds.Select(round => (Func<CelValue>)(() => Of(each.Body, new Scope(scope.Variables, scope, each.Name, round)))));
    }

    private static CelValue Logic(bool decides, IEnumerable<Func<CelValue>> sides)
    {
        CelValue? bad = null;
        foreach (var side in sides)
        {
            var value = side();
            if (value.Truth == decides)
            {
                return CelValue.Of(decides);
            }

            if (value.Truth is null)
            {
                bad ??= NoBoolean(value);
            }
        }

        return bad ?? CelValue.Of(!decides);
    }

    private static CelValue NoBoolean(CelValue value) => CelValue.Error(value.Problem ?? "no such overload: a boolean is needed");

    private static CelValue Relation(string sign, CelValue left, CelValue right)
    {
        if ((left.Problem ?? right.Problem) is { } problem)
        {
            return CelValue.Error(problem);
        }

        return sign switch
        {
            "==" => CelValue.Of(AreEqual(left.Node, right.Node)),
            "!=" => CelValue.Of(!AreEqual(left.Node, right.Node)),
            "in" => right.Node switch
            {
                JsonObject map => CelValue.Of(left.Node.Text() is { } key && map.ContainsKey(key)),
                JsonArray list => CelValue.Of(list.Any(item => AreEqual(item, left.Node))),
                _ => CelValue.Error("no such overload: 'in' needs a map or a list"),
            },
            _ => Compare(left.Node, sign, right.Node),
        };
    }

    private static bool AreEqual(JsonNode? left, JsonNode? right) =>
        Real(left) is { } a && Real(right) is { } b ? a == b : JsonNode.DeepEquals(left, right);

    private static CelValue Compare(JsonNode? left, string sign, JsonNode? right)
    {
        int order;
        if (Real(left) is { } a && Real(right) is { } b)
        {
            order = a.CompareTo(b);
        }
        else if (left.Text() is { } s && right.Text() is { } t)
        {
            order = string.CompareOrdinal(s, t);
        }
        else
        {
            return CelValue.Error($"no such overload: no order between the sides of '{sign}'");
        }

        return CelValue.Of(sign switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 });
    }

    private static double? Real(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number ? double.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>The variables, and those of the rounds of all() and exists() that surround the expression.</summary>
    private sealed record Scope(IReadOnlyDictionary<string, JsonNode?> Variables, Scope? Outer, string Name, JsonNode? Value)
    {
        public JsonNode? Find(string name) => Outer is null ? Variables[name] : Name == name ? Value : Outer.Find(name);
    }
}
