using System.Text.Json.Nodes;

namespace Wandb.Chart.Tests;

/// <summary>Renders the chart: with the renderer of <c>tests/chart</c>, which is built once, or with <c>helm</c> where it is on the path.</summary>
internal static class ChartRenderer
{
    public const string Release = "wandb-operator";
    public const string Namespace = "wandb-operator";

    /// <summary>Exit status of build.sh where Go or a library of it is missing.</summary>
    private const int CannotBuild = 3;

    private static readonly Lazy<(string? Program, string Reason)> Built = new(Build);

    public static bool HasHelm { get; } = Programs.IsOnPath("helm");

    /// <summary>Skips the test where the chart cannot be rendered; in CI, where the packages are installed, that is a failure.</summary>
    public static void Require()
    {
        if (Built.Value.Program is not null)
            return;
        if (Programs.Variable("CI") == "true")
            Assert.Fail(Built.Value.Reason);
        Assert.Skip(Built.Value.Reason);
    }

    /// <param name="values">Name of a file in <c>Values</c>, without ending; null: none.</param>
    /// <param name="more">Further arguments: --set PATH=VALUE …</param>
    /// <returns>What is installed: without the objects of <c>helm test</c>.</returns>
    public static IReadOnlyList<JsonObject> Objects(string? values, params string[] more) => [.. All(values, more).Where(one => !one.IsTest())];

    /// <returns>What <c>helm test</c> makes, and removes.</returns>
    public static IReadOnlyList<JsonObject> TestObjects(string? values) => [.. All(values).Where(one => one.IsTest())];

    public static IReadOnlyList<JsonObject> All(string? values, params string[] more) => Repository.Documents(Text("template", values, more));

    public static string Notes(string? values, params string[] more) => Text("notes", values, more);

    /// <returns>What is said where the chart refuses to be rendered.</returns>
    public static string Refusal(params string[] more)
    {
        var (status, output, error) = Programs.Run(Built.Value.Program!, Arguments("template", null, more));
        Assert.True(status != 0, $"it was rendered:\n{output}");
        return error;
    }

    public static IReadOnlyList<JsonObject> ObjectsOfHelm(string values)
    {
        var (status, output, error) = Programs.Run("helm", Arguments("template", values, ["--kube-version", "v1.31.0"]));
        Assert.True(status == 0, error);
        return Repository.Documents(output);
    }

    private static string Text(string command, string? values, string[] more)
    {
        var (status, output, error) = Programs.Run(Built.Value.Program!, Arguments(command, values, more));
        Assert.True(status == 0, error);
        return output;
    }

    private static string[] Arguments(string command, string? values, string[] more) =>
        [command, Release, Repository.Chart, "--namespace", Namespace, .. values is null ? [] : new[] { "--values", ChartValues.File(values) }, .. more];

    private static (string? Program, string Reason) Build()
    {
        var program = Repository.Path("artifacts", "chart", "chart-render");
        var (status, _, error) = Programs.Run("bash", Repository.Path("tests", "chart", "build.sh"), program);
        if (status == CannotBuild)
            return (null, $"the chart cannot be rendered here: {error.Trim()}");
        return status == 0 ? (program, "") : throw new InvalidOperationException($"tests/chart does not build: {error}");
    }
}
