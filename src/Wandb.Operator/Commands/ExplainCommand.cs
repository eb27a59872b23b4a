using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Explanation;
using Wandb.Operator.Injection;
using Wandb.Operator.Manifests;
using Wandb.Operator.Serving;
using YamlDotNet.Core;

namespace Wandb.Operator.Commands;

/// <summary><c>wandb-operator explain</c>: what injection would do to the pods of manifests, and why, from the manifests alone.</summary>
internal sealed class ExplainCommand
{
    public const string Examples = """
        Examples:
          wandb-operator explain -f job.yaml -f run.yaml
          kubectl get wandbruns,wandbprofiles,limitranges,resourcequotas -o yaml | wandb-operator explain -f - -f job.yaml
          wandb-operator explain --output json -f job.yaml -f run.yaml | jq '.[].patch'

        Read are WandbRun, WandbProfile, ConfigMap, Secret (its keys only), LimitRange, ResourceQuota and Node; every other kind is
        searched for pods and pod templates.

        Exit status:
          0  every pod that asks is injected      1  wrong usage, or a manifest cannot be read
          2  a pod asks and is not injected, or there is no pod

        """;

    private readonly Option<string[]> _files = new("--filename", "-f")
    {
        Description = "A manifest, YAML or JSON, with one or more documents; - is standard input. May be repeated.",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> _namespace = new("--namespace", "-n")
    {
        Description = "Namespace of objects that name none.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "default",
    };

    private readonly Option<string> _image = new("--agent-image")
    {
        Description = "Image of the agent where nothing names one.",
        HelpName = "IMAGE",
        DefaultValueFactory = _ => DefaultImage,
    };

    private readonly Option<string?> _defaults = new("--defaults")
    {
        Description = "The chart's `defaults`, a file as `serve` takes it: what is weaker than every WandbProfile.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _output = new("--output", "-o") { Description = "text for people, json for programs.", HelpName = "text|json" };

    private static string DefaultImage => $"ghcr.io/wandb-operator/wandb-agent:{OperatorCommandLine.Version}";

    public Command Build(TextReader input, TextWriter output, TextWriter error)
    {
        _output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("explain", "Says what injection would do to the pods of manifests, and why. Works without a cluster.")
        {
            _files, _namespace, _image, _defaults, _output,
        };
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed, input, output, error)));
        return command;
    }

    private int Run(ParseResult parsed, TextReader input, TextWriter output, TextWriter error)
    {
        var (settings, mistake) = DefaultsFile.Read(parsed.GetValue(_defaults));
        if (mistake is not null)
        {
            error.WriteLine($"{OperatorCommandLine.ProgramName} explain: defaults {parsed.GetValue(_defaults)}: {mistake}");
            return 1;
        }
        var manifests = new ManifestSet();
        foreach (var file in parsed.GetValue(_files) ?? [])
        {
            if (Read(file, parsed.GetValue(_namespace)!, manifests, input) is not { } problem)
                continue;
            error.WriteLine($"{OperatorCommandLine.ProgramName} explain: {file}: {problem}");
            return 1;
        }
        var defaults = new OperatorDefaults
        {
            Settings = settings!,
            AgentImage = parsed.GetValue(_image)!,
            ReportUrl = "https://wandb-operator.wandb-operator.svc/v1/reports",
        };
        var decisions = manifests.Pods
            .Select(pod => (pod.Namespace, pod.Pod, Decision: PodAdmission.Decide(pod.Pod.Pod, manifests.Around(pod.Namespace, pod.Pod, defaults))))
            .ToList();
        if (parsed.GetValue(_output) == "json")
            output.WriteLine(new JsonArray([.. decisions.Select(one => ExplanationJson.Of(one.Pod, one.Namespace, one.Decision))]).ToJsonString(Indented));
        else
            WriteText(output, decisions);
        if (decisions.Count == 0)
            error.WriteLine($"{OperatorCommandLine.ProgramName} explain: the manifests hold no pod and no pod template");
        return decisions.Count == 0 || decisions.Any(one => one.Decision is AdmissionDecision.Miss or AdmissionDecision.Deny) ? 2 : 0;
    }

    private static readonly JsonSerializerOptions Indented = new(OperatorJson.Default.Options)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static void WriteText(TextWriter output, IEnumerable<(string Namespace, WorkloadPod Pod, AdmissionDecision Decision)> decisions)
    {
        var isFirst = true;
        foreach (var (@namespace, pod, decision) in decisions)
        {
            if (!isFirst)
                output.WriteLine();
            isFirst = false;
            foreach (var line in ExplanationText.Lines(pod, @namespace, decision))
                output.WriteLine(line);
        }
    }

    /// <returns>What is wrong; null: read.</returns>
    private static string? Read(string file, string @namespace, ManifestSet manifests, TextReader input)
    {
        JsonNode? document = null;
        try
        {
            foreach (var next in file == "-" ? YamlDocuments.Read(input) : YamlDocuments.ReadFile(file))
            {
                document = next;
                manifests.Add(document, @namespace);
            }
            return null;
        }
        catch (YamlException exception)
        {
            return $"line {exception.Start.Line}: {exception.Message}";
        }
        catch (JsonException exception)
        {
            return ShapeProblem.Of(document, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }
}
