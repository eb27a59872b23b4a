using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Wandb.Agent.Credentials;
using Wandb.Agent.Http;
using Wandb.Agent.Sidecar;
using Wandb.Contract;

namespace Wandb.Agent.Commands;

/// <summary><c>wandb-agent run</c>: the sidecar of a training pod; the same without Kubernetes, by options.</summary>
internal sealed class RunCommand
{
    private const string Name = "run";

    private const string Description = "Follows the runs of a pod as its sidecar, tells the operator how they are, and closes those whose trainer "
        + "was killed with its true end. Ends on SIGTERM, or when --writer-exit says that the trainer has ended.";

    internal const string Examples = """
        Examples:
          wandb-agent run                                        in a pod: everything comes from the environment
          wandb-agent run --writer-exit exit.json runs/ &        without Kubernetes: next to a trainer ...
          python train.py; echo $? > exit.json                   ... whose exit code closes runs that it left open

        Environment (docs/sidecar.md has all): WANDB_BASE_URL, WANDB_ENTITY, WANDB_PROJECT, and WANDB_AGENT_ROOTS, _STATE_DIR, _API_KEY_FILE,
        _SYNC_POLICY, _MODE, _GRACE_SECONDS, _REPORT_URL, _REPORT_TOKEN_FILE, ... An option goes before its variable.

        Exit status:
          0  everything that was there is on the server, proved    1  wrong usage
          2  something is not on the server: the next agent on the directory goes on there
          3  on the server as far as the files go, but a file itself had lost records
          With --exit-status zero always 0: reports and receipts tell the rest.

        """;

    private readonly Argument<string[]> _roots = new("DIR")
    {
        Description = "Directories below which runs appear. They need not exist yet. Otherwise WANDB_AGENT_ROOTS.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _rootOption = new("--root")
    {
        Description = "A directory more, as DIR.",
        HelpName = "DIR",
        Arity = ArgumentArity.OneOrMore,
    };

    // Values are checked together with the variables: everything that is wrong is told at once.
    private readonly List<Option<string?>> _settings =
    [
        Plain("--state-dir", "DIR", "For the agent's files about runs whose directory it may not write."),
        Plain("--api-key-file", "FILE", "Holds the API key; may appear later, and is read anew when the key is refused."),
        Plain("--sync-policy", "Live|AtExit|Manual", "Send while runs are written, when the writers have ended, or never. Default Live."),
        Plain("--mode", "offline|online", "online: the SDK uploads, the agent only looks. Default offline."),
        Plain("--grace", "SECONDS", $"How long SIGTERM leaves for sending, 0 to {SettingsBinding.MaxGraceSeconds}. Default {SidecarSettings.DefaultGraceSeconds}."),
        Plain("--storage", "kept|pod", "Whether the directories are there when this pod has gone: then SIGTERM does not wait long for a server that is away. Default in a pod: pod."),
        Plain("--exit-status", "proof|zero", "zero: end with 0 whatever is on the server, for a Job that judges the code of every container. Default proof."),
        Plain("--temporary-dir", "DIR", "TMPDIR of the trainers: files that Artifact.new_file makes there are kept open, since they go before they can be sent."),
        Plain("--delete-after", "DURATION", "Remove run directories whose receipt is that old, such as 24h. Default: never."),
        Plain("--writer-exit", "FILE", "Will hold the trainer's exit code when it has ended: a number, or {\"exitCode\":137,\"reason\":\"OOMKilled\"}."),
        Plain("--containers", "NAME,…", "Names of the training containers; with several, DIR/NAME/ holds the runs of each."),
        Plain("--report-url", "URL", "Takes reports. Default: none are sent."),
        Plain("--report-token-file", "FILE", "Holds the bearer token for reports."),
    ];

    private const string NoSecret = "no API key: neither the WandbRun, nor its WandbProfile, nor the chart's defaults have apiKeySecretRef; pods that are created afterwards get the key";

    private readonly IReadOnlyList<Option<string?>> _logging = LogOptions.All();
    private readonly Option<string?> _baseUrl = CommandOptions.Unchecked(CommandOptions.ServerUrl());
    private readonly Option<string?> _output = CommandOptions.Unchecked(CommandOptions.Output());

    public Command Build(CommandContext context)
    {
        var command = new Command(Name, Description) { _roots, _rootOption, _baseUrl, _output };
        foreach (var setting in _settings.Concat(_logging))
            command.Options.Add(setting);
        command.SetAction((parsed, ct) => RunAsync(parsed, context, ct));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken signal)
    {
        var reader = new SettingReader(_settings.Concat(_logging).Append(_output).ToDictionary(option => option.Name, parsed.GetValue, StringComparer.Ordinal), context.Variable);
        IReadOnlyList<string> roots = [.. parsed.GetValue(_roots) ?? [], .. parsed.GetValue(_rootOption) ?? []];
        var settings = SettingsBinding.Bind(reader, roots, Path.GetFullPath(context.WorkingDirectory.Length > 0 ? context.WorkingDirectory : "."));
        var isJson = reader.OneOf(_output.Name, null, [("text", false), ("json", true)]) ?? false;
        foreach (var problem in RunDefaults.Problems(context))
            reader.Problem(problem);
        var sources = ServerSourcesReader.Read(parsed.GetValue(_baseUrl), null, context);
        var key = KeyOf(settings, sources);
        var server = ServerFor(settings, key, sources, reader);
        if (server is null || reader.Problems.Count > 0)
        {
            var status = await CommandFailure.TellAllAsync(context, Name, reader.Problems);
            if (settings.Operator is not null)
                await StayAsync(context.Time, signal);
            return StatusFor(settings, status);
        }
        if (settings.StateDirectory is { } state)
            context = context with { Sync = context.Sync with { StateRoot = state } };
        var (shown, log) = WatchReporters.For(context, isJson, settings.Log);
        await using var reporter = shown;
        var settled = string.Create(CultureInfo.InvariantCulture, $"policy {settings.Policy}, mode {settings.Mode}, {settings.Grace.TotalSeconds:0} s after SIGTERM");
        WatchReporters.TellBegin(log, Name, settings.Roots, server, settled);
        var session = new SidecarSession(settings, server, key, reporter, log, context);
        var reports = await session.RunAsync(signal);
        reporter.Close(reports, session.Problems);
        return StatusFor(settings, ExitStatus.Of(reports, session.Problems));
    }

    private static int StatusFor(SidecarSettings settings, int status) => settings.EndsWithZero ? ExitStatus.Proved : status;

    /// <summary>
    /// In a pod the others wait until a kubelet has seen the sidecar run, which it looks for every second: one that ends at once holds the training up. Whatever
    /// is wrong with the settings, the trainer starts.
    /// </summary>
    private static async Task StayAsync(TimeProvider time, CancellationToken signal)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(30), time, signal);
        }
        catch (OperationCanceledException) when (signal.IsCancellationRequested)
        {
            // The pod ends.
        }
    }

    /// <returns>Null: the key, if there is one, does not come from a file that may come and change.</returns>
    private static KeyFile? KeyOf(SidecarSettings settings, ServerSources sources) =>
        settings.ApiKeyFile is { } path ? new KeyFile(path)
        // Nobody named a Secret: runs are followed, and the operator is told.
        : settings is { Sends: true, Operator: not null } && ServerSettings.Decide(sources) is ServerSettings.NoKey ? new KeyFile($"{AgentPaths.ApiKey}/none", NoSecret)
        : null;

    /// <returns>Null when a setting is wrong; that was noted.</returns>
    private static WandbServer? ServerFor(SidecarSettings settings, KeyFile? key, ServerSources sources, SettingReader reader)
    {
        // A key file may come later; a key that is nowhere will not.
        switch (key is not null || !settings.Sends ? ServerSettings.DecideWithoutKey(sources) : ServerSettings.Decide(sources))
        {
            case ServerSettings.Wrong wrong:
                reader.Problem(wrong.Message);
                return null;
            case ServerSettings.NoKey missing:
                reader.Problem(missing.Message);
                return null;
            case ServerSettings.Found found:
                return key is null ? found.Server : WandbServer.WithKeyFrom(() => key.Key, () => key.Version, found.Server.BaseUrl);
            default:
                throw new UnreachableException();
        }
    }

    private static Option<string?> Plain(string name, string valueName, string description) =>
        new(name) { Description = description, HelpName = valueName };
}
