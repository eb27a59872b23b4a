using System.CommandLine;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Wandb.Sandbox.Trainer;

namespace Wandb.Sandbox.Commands;

/// <summary>wandb-sandbox train: a process that logs like a training script with an offline SDK.</summary>
internal static class TrainCommand
{
    private const int DefaultRows = 1000;
    private const int DefaultRate = 100;
    private const int MaxRows = 100_000_000;
    private const int MaxRate = 1_000_000;
    private const int MaxRuns = 1000;

    private static readonly Option<DirectoryInfo?> Folder = new("--directory") { Description = "Where wandb/ is made; default: WANDB_DIR, or here", HelpName = "DIR" };
    private static readonly Option<string?> Id = new("--id") { Description = "Id of the run; default: WANDB_RUN_ID, or eight random characters", HelpName = "ID" };
    private static readonly Option<string?> Project = new("--project") { Description = "Project of the run; default: WANDB_PROJECT, or sandbox", HelpName = "NAME" };
    private static readonly Option<string?> Group = new("--group") { Description = "Group of the run; default: WANDB_RUN_GROUP, or none", HelpName = "NAME" };
    private static readonly Option<int> Rows = NumberOption.Of("--rows", "Steps to log", DefaultRows, 0, MaxRows);
    private static readonly Option<int> Rate = NumberOption.Of("--rate", "Steps a second; 0: as fast as it can", DefaultRate, 0, MaxRate);
    private static readonly Option<int> Exit = NumberOption.Of("--exit-code", "How the script ends", 0, 0, 255);
    private static readonly Option<FileInfo?> Once = new("--once")
    {
        Description = "--exit-code counts only while FILE is not there, which is then made: a script that fails the first time",
        HelpName = "FILE",
    };
    private static readonly Option<int?> Fold = NumberOption.Of("--fold", "Which fold of a cross-validation; default: JOB_COMPLETION_INDEX, or 0", 0, int.MaxValue);

    private static readonly Option<int> Runs = NumberOption.Of("--runs", "Runs that the script makes, one after the other", 1, 1, MaxRuns);
    private static readonly Option<bool> Artifacts = new("--artifacts")
    {
        Description = "Logs an artifact of a file that waits below WANDB_DATA_DIR, and one of a file below TMPDIR, which goes when the script ends",
    };
    private static readonly Option<bool> Deaf = new("--deaf") { Description = "SIGTERM does not end it" };

    /// <summary>Such a script is not even to be ended a little later by the library that reads its options.</summary>
    public static bool IsDeaf(ParseResult parsed) => parsed.CommandResult.Command.Options.Contains(Deaf) && parsed.GetValue(Deaf);

    public static Command Create()
    {
        var command = new ExampleCommand(
            "train", "Logs a run as a training script with an offline SDK does: in blocks of 32 KiB, below wandb/. Reads the SDK's variables: WANDB_MODE, WANDB_NAME …",
            "wandb-sandbox train --directory job42 --rows 5000 --rate 200", "wandb-sandbox train --exit-code 3")
        {
            Folder, Id, Project, Group, Rows, Rate, Exit, Once, Fold, Runs, Artifacts, Deaf,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var variables = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var environment = new TrainerEnvironment(name => variables[name]);
        if (environment.IsDisabled)
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync("WANDB_MODE is disabled: nothing is logged");
            return parsed.GetValue(Exit);
        }

        using var upload = environment is { IsOnline: true, BaseUrl: { } url, ApiKey: { } key } ? new SdkUpload(url, key) : null;
        if (environment.IsOnline && upload is null)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync("wandb-sandbox: WANDB_MODE is online; that needs WANDB_BASE_URL and WANDB_API_KEY");
            return ExitCode.Usage;
        }

        try
        {
            using var signals = parsed.GetValue(Deaf) ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true) : null;
            var folder = parsed.GetValue(Folder)?.FullName ?? Path.GetFullPath(environment.Folder ?? ".");
            var job = Job(parsed, environment, folder, upload);
            for (var index = 0; index < parsed.GetValue(Runs); index++)
            {
                var path = await (index == 0 ? job : job with { Run = Another(job.Run) }).RunAsync(folder, TimeProvider.System, ct);
                await parsed.InvocationConfiguration.Output.WriteLineAsync(path.AsMemory(), ct);
            }
            return job.ExitCode ?? ExitCode.Done;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"wandb-sandbox: {error.Message}");
            return ExitCode.Usage;
        }
    }

    private static TrainingJob Job(ParseResult parsed, TrainerEnvironment environment, string folder, SdkUpload? upload) => new()
    {
        Run = new TrainerRun
        {
            RunId = parsed.GetValue(Id) ?? environment.RunId ?? NewId(),
            Project = parsed.GetValue(Project) ?? environment.Project ?? "sandbox",
            Entity = environment.Entity,
            Group = parsed.GetValue(Group) ?? environment.Group,
            JobType = environment.JobType,
            DisplayName = environment.Name,
            Notes = environment.Notes,
            Tags = environment.Tags,
            Host = environment.Host,
            Root = folder,
            StartTime = TimeProvider.System.GetUtcNow(),
            WriterId = NewWriterId(),
        },
        Rows = parsed.GetValue(Rows),
        RowsPerSecond = parsed.GetValue(Rate),
        ExitCode = parsed.GetValue(Once) is { } mark && !IsFirst(mark) ? ExitCode.Done : parsed.GetValue(Exit),
        Fold = parsed.GetValue(Fold) ?? environment.Fold,
        ArtifactFolder = parsed.GetValue(Artifacts) ? environment.DataFolder : null,
        Upload = upload,
    };

    private static TrainerRun Another(TrainerRun run) => run with { RunId = NewId(), WriterId = NewWriterId(), StartTime = TimeProvider.System.GetUtcNow() };

    private static string NewId() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 8);

    private static string NewWriterId() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Makes the mark.</summary>
    private static bool IsFirst(FileInfo mark)
    {
        if (mark.Exists)
            return false;
        mark.Create().Dispose();
        return true;
    }
}
