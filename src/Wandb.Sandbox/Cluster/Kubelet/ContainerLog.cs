using System.Text;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>What a container wrote: one file for each start, each line with its time. Both streams go into it as they come.</summary>
internal sealed class ContainerLog(string path, TimeProvider time) : IDisposable
{
    private readonly Lock gate = new(); // guards file and isClosed
    private bool isClosed;
    private readonly FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);

    public static string PathOf(string podFolder, string container, int restart) => Path.Combine(podFolder, "logs", $"{container}.{restart}.log");

    public async Task CopyAsync(StreamReader output)
    {
        while (await output.ReadLineAsync(CancellationToken.None) is { } line)
        {
            var bytes = Encoding.UTF8.GetBytes($"{KubeTime.MicroText(time.GetUtcNow())} {line}\n");
            lock (gate)
            {
                // A child of the process may write on after its end.
                if (isClosed)
                {
                    return;
                }

                file.Write(bytes);
                file.Flush();
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            file.Dispose();
        }
    }
}
