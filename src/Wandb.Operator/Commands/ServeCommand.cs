using System.CommandLine;
using k8s;
using k8s.Exceptions;
using Microsoft.Extensions.Logging.Console;
using Wandb.Operator.Injection;
using Wandb.Operator.Logs;
using Wandb.Operator.Resources;
using Wandb.Operator.Serving;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Commands;

/// <summary><c>wandb-operator serve</c>: the operator itself, until SIGTERM.</summary>
internal sealed class ServeCommand(IReadOnlyDictionary<string, string?> environment)
{
    public const string Examples = """
        Every flag is also a variable: --https-port is WANDB_OPERATOR_HTTPS_PORT; lists have commas there. A flag goes before its variable.
        OTEL_EXPORTER_OTLP_ENDPOINT and its kin send metrics, traces and logs over OTLP.

        Examples:
          wandb-operator serve
          wandb-operator serve --kubeconfig ~/.kube/config --namespace wandb-operator --listen 127.0.0.1 --defaults defaults.yaml

        Exit status:
          0  ended by SIGTERM or Ctrl-C      1  wrong usage or settings, no way to the cluster, or a port is taken

        """;

    private readonly Dictionary<ServeSetting, Option<string[]>> _flags = ServeSetting.All.ToDictionary(setting => setting, setting => new Option<string[]>("--" + setting.Name)
    {
        Description = setting.Help + (setting.IsList ? " May be repeated." : ""),
        HelpName = setting.ValueName,
        AllowMultipleArgumentsPerToken = false,
    });

    public Command Build(TextWriter output, TextWriter error)
    {
        var command = new Command("serve", "Runs the operator: admission, reports and status.");
        foreach (var flag in _flags.Values)
            command.Options.Add(flag);
        command.SetAction((parsed, ct) => RunAsync(parsed, output, error, ct));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, TextWriter output, TextWriter error, CancellationToken ct)
    {
        var options = ServeSettings.Read(setting => parsed.GetValue(_flags[setting]) ?? [], environment, out var unreadable);
        var problems = unreadable.ToList();
        foreach (var (setting, flag) in _flags)
        {
            if (!setting.IsList && parsed.GetValue(flag) is { Length: > 1 } many)
                problems.Add($"{setting.Name} is given {many.Length} times");
        }
        var access = await LoadAsync(options, problems);
        if (access is not null)
            Complete(options, access);
        // Without a cluster there is no namespace, which is not one more mistake.
        var isNamespaceOpen = access is null && options.Namespace.Length == 0;
        problems.AddRange(new OperatorOptionsValidator().Validate(null, isNamespaceOpen ? options with { Namespace = "default" } : options).Failures ?? []);
        var (settings, problem) = DefaultsFile.Read(options.Defaults);
        if (problem is not null)
            problems.Add($"defaults {options.Defaults}: {problem}");
        if (problems.Count > 0)
        {
            foreach (var one in problems)
                await error.WriteLineAsync($"{OperatorCommandLine.ProgramName} serve: {one}");
            return 1;
        }
        return await ServeAsync(options, settings!, access!, output, error, ct);
    }

    private async Task<int> ServeAsync(
        OperatorOptions options, WandbProfileSpec settings, KubernetesClientConfiguration access, TextWriter output, TextWriter error, CancellationToken ct)
    {
        var server = OperatorServer.Create(options, Defaults(options, settings), access, environment, TimeProvider.System, logging => Log(logging, options));
        await using (server)
        {
            try
            {
                await server.StartAsync(ct);
            }
            catch (IOException exception)
            {
                await error.WriteLineAsync($"{OperatorCommandLine.ProgramName} serve: {exception.Message}");
                return 1;
            }
            foreach (var address in server.Addresses)
                await output.WriteLineAsync($"Listening on {address.GetLeftPart(UriPartial.Authority)}");
            foreach (var unknown in ServeSettings.Unknown(environment))
                await error.WriteLineAsync($"{OperatorCommandLine.ProgramName} serve: there is no setting {unknown}; it is ignored");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await server.StopAsync();
        }
        return 0;
    }

    private static async Task<KubernetesClientConfiguration?> LoadAsync(OperatorOptions options, List<string> problems)
    {
        try
        {
            return await KubernetesAccess.LoadAsync(options.Kubeconfig);
        }
        catch (KubeConfigException exception)
        {
            problems.Add(options.Kubeconfig is null ? $"no kubeconfig, and this is no pod: {exception.Message}" : exception.Message);
            return null;
        }
    }

    private static void Complete(OperatorOptions options, KubernetesClientConfiguration access)
    {
        if (options.Namespace.Length == 0)
            options.Namespace = string.IsNullOrWhiteSpace(access.Namespace) ? "default" : access.Namespace.Trim();
        if (options.PodName.Length == 0)
            options.PodName = Environment.MachineName;
    }

    private static OperatorDefaults Defaults(OperatorOptions options, WandbProfileSpec settings) => new()
    {
        AgentImage = options.AgentImage,
        ReportUrl = options.EffectiveReportUrl,
        Settings = options.AgentPullSecrets.Count == 0 ? settings : settings with
        {
            Agent = (settings.Agent ?? new AgentSettings()) with
            {
                ImagePullSecrets = [.. options.AgentPullSecrets.Select(name => new LocalReference { Name = name }), .. settings.Agent?.ImagePullSecrets ?? []],
            },
        },
    };

    private static void Log(ILoggingBuilder logging, OperatorOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel switch
        {
            "debug" => LogLevel.Debug,
            "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => LogLevel.Information,
        });
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        // Says nothing at these levels, but makes an Activity and a scope for each request as soon as it might; traces do not depend on it.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddConsole(console => (console.LogToStandardErrorThreshold, console.FormatterName) = (LogLevel.Trace, LineFormatter.FormatterName));
        logging.Services.AddSingleton<ConsoleFormatter>(provider =>
            new LineFormatter(provider.GetRequiredService<TimeProvider>(), options.LogFormat == "json" ? LineFormat.Json : LineFormat.Text));
    }
}
