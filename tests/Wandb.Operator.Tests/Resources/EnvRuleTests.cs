using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Wandb.Operator.Injection;
using Wandb.Operator.Manifests;
using Wandb.Sandbox.Cluster.Cel;

namespace Wandb.Operator.Tests.Resources;

/// <summary>
/// What the rules of <c>env</c> in <c>crds/</c> refuse an admission refuses, too, and the other way round: every variable that either of them
/// names, with values that the SDK takes and that crash it.
/// </summary>
public sealed partial class EnvRuleTests
{
    private static readonly string[] Values =
    [
        "", " ", "true", "False", "T", "y", "oN", "off", "maybe", "true ", "0", "1", "2", "90", " 90 ", "\t9\n", "-5", " -5", "+5", "- 5", "+-5", "1.0", "1.", ".5", ".", "1.5", "1e3",
        "1E-3", "1e", "e3", "inf", "-Infinity", "nan", "infinit", "1_000", "_1", "0x10", "90s", "0.05", "0.1", "1,5", "٣", "abc", "abc?_step=3", "abc?_step=3.5",
        "?_step=3", "abc?step=3", "a/b?_step=3", "abc?_step=x", "abc?_step=3\n", "http://proxy:3128", "HTTPS://me:pw@proxy", "socks5://proxy:1080", "http://", "proxy:3128",
        "wrap", "wrap_raw", "loud", "a\0b", "1\0",
    ];

    private static readonly string[] OtherNames =
    [
        "PATH", "", "WANDB", "WANDB_", "WANDB__", "WANDB_AGENT_MODE", "WANDB_OPERATOR_POD_NAME", "WANDB_CONSOLE=off", "WANDB_CAF\u00c9", "WANDB_A B", "WANDB_A\n", " WANDB_A",
        "WANDB_A-B", "WANDB_a1_", "WANDB_X_LABEL", "WANDB_UNKNOWN", "xWANDB_A",
    ];

    public static TheoryData<string> Files() => ["wandbrun.yaml", "wandbprofile.yaml"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Rules_and_admission_refuse_the_same(string file)
    {
        var texts = JsonRead.Objects(Env(file)["x-kubernetes-validations"]).Select(rule => JsonRead.Text(rule["rule"])!).ToList();
        var rules = texts.Select(text => CelParser.Parse(text, ["self"], out var problem) ?? throw new InvalidOperationException(problem)).ToList();
        var names = texts.SelectMany(text => VariablePattern().Matches(text).Select(match => match.Groups[1].Value))
            .Concat(SdkVariables.Switches).Concat(SdkVariables.WholeNumbers).Concat(SdkVariables.Numbers).Concat(SdkVariables.NotFree.Keys)
            .SelectMany(name => name.StartsWith("WANDB_X_", StringComparison.Ordinal) ? new[] { name, $"WANDB__{name["WANDB_X_".Length..]}" } : [name])
            .Concat(OtherNames)
            .Distinct(StringComparer.Ordinal)
            .ToList();

        var different =
            from name in names
            from value in Values
            let env = new Dictionary<string, JsonNode?>(StringComparer.Ordinal) { ["self"] = new JsonObject { [name] = value } }
            let refused = rules.Any(rule => CelEvaluation.Of(rule, env).Truth != true)
            where refused != (RunValues.Variable(name, value) is not null)
            select $"{name}='{value}': {(refused ? "only the rules refuse it" : "only the admission refuses it")}";

        Assert.Equal([], different);
        Assert.True(names.Count > 150, string.Join(' ', names));
    }

    /// <summary>An API server estimates what a rule may cost: the length of what a function gives is not always known to it, that of a value is.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Patterns_are_matched_with_names_and_values_themselves(string file)
    {
        var rules = JsonRead.Objects(Env(file)["x-kubernetes-validations"]).Select(rule => JsonRead.Text(rule["rule"])!);

        Assert.Equal([], rules.Where(rule => rule.Contains(").matches(", StringComparison.Ordinal)));
    }

    private static JsonObject Env(string file)
    {
        using var text = new StreamReader(Path.Combine(AppContext.BaseDirectory, "crds", file));
        var crd = Assert.Single(YamlDocuments.Read(text));
        return crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!["properties"]!["env"]!.AsObject();
    }

    [GeneratedRegex("\"(WANDB_[A-Z0-9_]+)\"")]
    private static partial Regex VariablePattern();
}
