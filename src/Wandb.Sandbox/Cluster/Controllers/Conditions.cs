using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>status.conditions of an object.</summary>
internal static class Conditions
{
    /// <summary>Sets one condition. Its transition time stays when its status stays.</summary>
    public static void Set(JsonObject node, JsonObject condition)
    {
        var list = node.Section("status").List("conditions");
        var copy = condition.Copy();
        foreach (var name in copy.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            copy.Remove(name);
        }

        var at = list.ToList().FindIndex(item => item.Text("type") == condition.Text("type"));
        if (at < 0)
        {
            list.Add(copy);
            return;
        }

        if (list[at].Text("status") == condition.Text("status"))
        {
            copy["lastTransitionTime"] = list[at].At("lastTransitionTime")?.DeepClone();
        }

        list[at] = copy;
    }

    public static bool Holds(JsonObject node, string type) => node.Objects("status", "conditions").Any(item => item.Text("type") == type && item.Text("status") == "True");
}
