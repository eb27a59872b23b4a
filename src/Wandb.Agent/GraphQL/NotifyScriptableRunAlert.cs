using System.Text.Json;
using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>Sends an alert of a run. The server has no way to recognise a repeat: after a lost answer the alert may come twice.</summary>
internal static class NotifyScriptableRunAlert
{
    private const string Document =
        """
        mutation NotifyScriptableRunAlert(
          $entityName: String!, $projectName: String!, $runName: String!,
          $title: String!, $text: String!, $severity: AlertSeverity, $waitDuration: Duration
        ) {
          notifyScriptableRunAlert(input: {
            entityName: $entityName, projectName: $projectName, runName: $runName,
            title: $title, text: $text, severity: $severity, waitDuration: $waitDuration
          }) { success }
        }
        """;

    /// <param name="level">INFO, WARN or ERROR; anything else is sent as INFO.</param>
    /// <param name="waitMilliseconds">As the record has it; the server sends no second alert of this title before.</param>
    internal static GraphQLRequest<AlertAnswer> Request(RunPath run, string title, string text, string level, long waitMilliseconds) => new(
        "NotifyScriptableRunAlert",
        Document,
        json =>
        {
            json.WriteString("entityName", run.Entity);
            json.WriteString("projectName", run.Project);
            json.WriteString("runName", run.Run);
            json.WriteString("title", title);
            json.WriteString("text", text);
            json.WriteString("severity", level is "WARN" or "ERROR" ? level : "INFO");
            json.WriteNumber("waitDuration", waitMilliseconds);
        },
        Read);

    private static AlertAnswer Read(JsonElement data) => new(data.TrueAt("notifyScriptableRunAlert", "success"));
}
