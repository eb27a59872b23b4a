using System.Text;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.State;
using Xunit;

namespace Wandb.Agent.Tests.State;

public sealed class RunConfigDocumentTests
{
    private readonly ConfigTree config = new();
    private readonly TelemetryFields telemetry = new();
    private readonly MetricDefinitions metrics = new();
    private readonly EnvironmentDocument environment = new();

    [Fact]
    public void User_keys_are_wrapped_and_internals_stand_under_wandb()
    {
        ConfigTreeTests.Apply(config, ("_wandb", """{"code_path":"code/train.py"}"""), ("drop", "null"), ("model", """{"a.b":{"c/d":[1,NaN]}}"""), ("empty", "{}"));
        telemetry.Apply(new TelemetryRecord { Feature = TelemetryFieldsTests.Flags(4), CliVersion = "0.28.2", PythonVersion = "3.11.7" });
        metrics.Apply(new MetricRecord { Name = "loss" });
        environment.Apply(new EnvironmentRecord { Os = "Linux", WriterId = "s00z" });
        Assert.Equal(
            """{"drop":{"value":null},"model":{"value":{"a.b":{"c/d":[1,NaN]}}},"empty":{"value":{}}"""
            + ""","_wandb":{"value":{"code_path":"code/train.py","cli_version":"0.28.2","python_version":"3.11.7","t":{"3":[4,76],"4":"3.11.7","5":"0.28.2","12":"1.0"}"""
            + ""","m":[{"1":"loss","6":[3],"7":[]}],"e":{"s00z":{"os":"Linux","writerId":"s00z"}}}}}""",
            Json(Parts()));
    }

    [Fact]
    public void Internals_of_later_run_records_are_replaced_by_our_own()
    {
        ConfigTreeTests.Apply(config, ("_wandb", """{"t":{"3":[1]},"m":[{"1":"old"}],"cli_version":"0","branch_point":{"run_id":"base0001","step":7}}"""));
        telemetry.Apply(new TelemetryRecord { CliVersion = "0.28.2" });
        Assert.Equal(
            """{"_wandb":{"value":{"t":{"5":"0.28.2","12":"1.0"},"m":[],"cli_version":"0.28.2","branch_point":{"run_id":"base0001","step":7}}}}""",
            Json(Parts() with { Synced = false }));
    }

    [Fact]
    public void Environments_of_other_writers_follow_ours()
    {
        environment.Apply(new EnvironmentRecord { Os = "new", WriterId = "own" });
        var others = new KeyValuePair<string, string>[] { new("own", """{"os":"stale"}"""), new("first", """{"os":"old"}"""), new("broken", "{") };
        Assert.Contains(""","e":{"own":{"os":"new","writerId":"own"},"first":{"os":"old"}}""", Json(Parts() with { OtherWriters = others }), StringComparison.Ordinal);
    }

    [Fact]
    public void Yaml_is_the_same_object_with_sorted_keys()
    {
        ConfigTreeTests.Apply(config, ("lr", "1e-06"), ("b", """{"y":[],"x":[1,{"k":-Infinity,"l":[true]},[2]]}"""), ("name", "\"yes\""));
        Assert.Equal(
            """
            _wandb:
                value:
                    m: []
                    t:
                        "12": "1.0"
            b:
                value:
                    x:
                        - 1
                        - k: -.inf
                          l:
                              - true
                        - - 2
                    "y": []
            lr:
                value: 1.0e-06
            name:
                value: "yes"

            """,
            Encoding.UTF8.GetString(RunConfigDocument.ToYaml(Parts() with { Synced = false })));
    }

    private RunConfigParts Parts() => new()
    {
        Config = config,
        Telemetry = telemetry,
        Metrics = metrics,
        Environment = environment,
        CoreVersion = "1.0",
        Synced = true,
        ServerExpandsGlobs = false,
    };

    private static string Json(RunConfigParts parts) => Encoding.UTF8.GetString(RunConfigDocument.ToJson(parts));
}
