using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>One run of a state document.</summary>
internal static class RunNormalForm
{
    public static JsonObject From(JsonObject run)
    {
        JsonObject bucket = run.RequiredObject("bucket");
        ConfigNormalForm config = ConfigNormalForm.From(bucket["config"]);
        config.Info["program"] = bucket.CopyOf("program");
        return new JsonObject
        {
            ["entity"] = run.Required("entity")?.DeepClone(),
            ["project"] = run.Required("project")?.DeepClone(),
            ["run"] = run.Required("run")?.DeepClone(),
            ["display_name"] = bucket.CopyOf("displayName"),
            ["group"] = bucket.CopyUnlessEmpty("groupName"),
            ["job_type"] = bucket.CopyUnlessEmpty("jobType"),
            ["notes"] = bucket.CopyUnlessEmpty("notes"),
            ["tags"] = bucket.CopyOf("tags") ?? new JsonArray(),
            ["host"] = bucket.CopyUnlessEmpty("host"),
            ["commit"] = bucket.CopyUnlessEmpty("commit"),
            ["repo"] = bucket.CopyUnlessEmpty("repo"),
            ["sweep"] = bucket.CopyUnlessEmpty("sweep"),
            ["config"] = config.User,
            ["config_wandb"] = config.Wandb,
            ["metrics"] = config.Metrics,
            ["environment"] = config.Environment,
            ["info"] = config.Info,
            ["history"] = run.RequiredList("history").DeepClone(),
            ["events"] = run.RequiredList("events").DeepClone(),
            ["summary"] = run.Required("summary")?.DeepClone(),
            ["console"] = new JsonArray([.. run.RequiredList("console").Select(line => (JsonNode)ConsoleLineNormalForm.From(line.Text()))]),
            ["complete"] = run.Required("complete")?.DeepClone(),
            ["exitcode"] = run.Required("exitcode")?.DeepClone(),
            ["preempting"] = run.Required("preempting")!.GetValue<int>() > 0,
            ["uploaded"] = StateDocument.SortedTexts(run.RequiredList("uploaded")),
            ["files"] = RunFilesNormalForm.From(run.RequiredObject("files")),
            ["alerts"] = run.RequiredList("alerts").DeepClone(),
            ["stream_gaps"] = run.RequiredObject("stream_stats").Sum(stream => stream.Value!["gaps"]!.GetValue<int>()),
            ["requests_after_complete"] = run.CopyOf("requests_after_complete"),
        };
    }
}
