using Wandb.Agent;
using Wandb.Agent.Commands;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;

var finish = args.Contains("--finish") ? int.Parse(args[Array.IndexOf(args, "--finish") + 1], System.Globalization.CultureInfo.InvariantCulture) : (int?)null;
var paths = args.Where(a => a.Contains('/')).SelectMany(a => Directory.Exists(a) ? Directory.GetFiles(a, "*.wandb") : [a]).ToList();
#pragma warning disable RS0030
var server = new WandbServer(new Uri(Environment.GetEnvironmentVariable("WANDB_BASE_URL")!), new ApiKey(Environment.GetEnvironmentVariable("WANDB_API_KEY")!));
#pragma warning restore RS0030
var o = new Obs();
using var http = new WandbHttp(server, new WandbHttpOptions(), TimeProvider.System, o);
var reports = await new SyncSession(http, new SyncOptions { FinishCode = finish }, o, TimeProvider.System, new SyncEnvironment("/tmp/agent-state")).RunAsync(paths, CancellationToken.None);
return reports.Select(r => r.ExitStatus).DefaultIfEmpty(0).Max();

internal sealed class Obs : ISyncObserver
{
    public void Progress(RunProgress progress) { }
    public void Note(string file, string message) => Console.WriteLine($"note {file}: {message}");
    public void Finished(RunReport r) => Console.WriteLine($"{r.Result} {r.File} {r.Run} {r.Message}");
    public void Waiting(string what, string reason, TimeSpan delay, int attempt) => Console.WriteLine($"waiting {what} {reason} {delay}");
}
